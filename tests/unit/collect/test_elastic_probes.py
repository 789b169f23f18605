import pytest

from keng.collect.elastic_probes import of_index, root, setup


def number(user_agent: str) -> str:
    version = root(user_agent)["version"]
    assert isinstance(version, dict)
    return str(version["number"])


def test_a_beat_is_told_a_version_that_is_not_older_than_itself() -> None:
    assert number("Elastic-Filebeat/9.3.1 (linux; amd64)") == "9.3.1"
    assert number("Elastic-Winlogbeat/7.17.0 (windows)") == number("") == "8.19.0"
    assert number("Elastic-beat/999999.1.1") == "8.19.0"


@pytest.mark.parametrize(
    "path",
    [
        "/_license", "/_xpack", "/_ilm/policy/filebeat", "/_ilm/status", "/_index_template/filebeat-9.0.0",
        "/_component_template/x", "/_template/x", "/_ingest/pipeline", "/_ingest/pipeline/x", "/_cluster/health",
        "/_cat/health", "/_data_stream/filebeat-9.0.0", "/_nodes/http", "/_nodes/_all/http", "/_alias/x",
    ],
)  # fmt: skip
def test_every_question_has_an_answer(path: str) -> None:
    for method in ("GET", "HEAD", "PUT", "POST"):
        status, about = setup(method, path, "127.0.0.1:9200")
        assert status == 200
        assert isinstance(about, dict)


def test_the_licence_is_active_and_ilm_is_there() -> None:
    assert setup("GET", "/_license", "")[1]["license"]["status"] == "active"  # type: ignore[index]
    assert setup("GET", "/_xpack", "")[1]["features"]["ilm"]["enabled"] is True  # type: ignore[index]


def test_what_clients_ask_of_an_index_before_and_after_they_send_is_answered() -> None:
    for method, path in (
        ("POST", "/logs/_refresh"), ("GET", "/_refresh"), ("POST", "/logs/_flush"), ("HEAD", "/logs"),
        ("PUT", "/logs-2026.11.24"), ("PUT", "/logs/_mapping"),
    ):  # fmt: skip
        assert of_index(method, path) is not None


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/logs/_search"), ("DELETE", "/logs"), ("PUT", "/_x"), ("GET", "/logs"), ("POST", "/logs/_count"), ("PUT", "/")],
)  # fmt: skip
def test_nothing_is_promised_about_what_is_kept(method: str, path: str) -> None:
    assert of_index(method, path) is None
