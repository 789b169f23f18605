import httpx

from .conftest import TOKEN


def test_the_path_tells_the_protocol_and_errors_speak_it(elastic: str) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert httpx.get(elastic, headers=bearer).json()["tagline"] == "You Know, for Search"
    assert httpx.get(elastic + "/services/collector/health").json()["code"] == 17
    assert httpx.post(elastic + "/v1/metrics", headers=bearer).json()["code"] == 12
    assert "error" in httpx.request("PATCH", elastic + "/logs", headers=bearer).json()
