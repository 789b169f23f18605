import gzip
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from keng.collect import intake as module

from .conftest import TOKEN, MemoryDoor

BEARER = {"Authorization": f"Bearer {TOKEN}"}


def test_small_bodies_that_unpack_to_giants_stay_within_the_allowance(
    serve_elastic: Callable[..., str], door: MemoryDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_UNDER_WAY_BYTES", 8 << 20)
    url = serve_elastic(max_body_bytes=5 << 20)
    line = b'{"create":{}}\n{"a":"' + b"x" * 500_000 + b'"}\n'
    body = gzip.compress(line * 9)
    statuses = []

    def send() -> None:
        answer = httpx.post(url + "/_bulk", content=body, headers={**BEARER, "Content-Encoding": "gzip"})
        statuses.append((answer.status_code, answer.headers.get("retry-after")))

    threads = [threading.Thread(target=send) for _n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {(200, None), (429, "1")}
    assert (200, None) in statuses
    assert len(door.records) == 9 * statuses.count((200, None))


def test_a_token_is_asked_for_at_every_request_of_an_open_connection(
    elastic: str, door: MemoryDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with httpx.Client(base_url=elastic, headers=BEARER) as client:
        assert client.post("/_bulk", content=b'{"create":{}}\n{}\n').status_code == 200
        monkeypatch.setattr(door, "authenticate", lambda _token: module.Refusal(401, "withdrawn"))
        assert client.post("/_bulk", content=b'{"create":{}}\n{}\n').status_code == 401
        assert client.post("/services/collector", content=b'{"event":1}').json()["code"] == 4
        kind = {"Content-Type": "application/json"}
        assert client.post("/v1/logs", content=b"{}", headers=kind).status_code == 401
    assert len(door.records) == 1


@pytest.mark.parametrize(
    ("path", "document", "kind"),
    [
        ("/_bulk", b'{"create":{}}\n{}\n', "application/x-ndjson"),
        ("/services/collector", b'{"event":1}', "application/json"),
        ("/v1/logs", b"{}", "application/json"),
    ],
)
def test_a_token_that_is_withdrawn_while_the_body_is_on_its_way_is_refused(
    elastic: str, door: MemoryDoor, monkeypatch: pytest.MonkeyPatch, path: str, document: bytes, kind: str
) -> None:
    def slow() -> Iterator[bytes]:
        yield document[:5]
        time.sleep(module.ASK_AGAIN_S + 0.2)
        monkeypatch.setattr(door, "authenticate", lambda _token: module.Refusal(401, "withdrawn"))
        yield document[5:]

    with httpx.Client(base_url=elastic, headers=BEARER) as client:
        answer = client.post(path, content=slow(), headers={"Content-Type": kind})
    assert answer.status_code in (401, 403), answer.text
    assert door.records == []
