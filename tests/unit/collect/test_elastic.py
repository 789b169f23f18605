import base64
import gzip
import json
import threading
import zlib
from collections.abc import Callable

import elasticsearch
import httpx
import pytest
import zstandard
from elasticsearch.helpers import bulk, parallel_bulk, streaming_bulk

from keng.collect import intake as module
from keng.collect.ports import Outcome

from .conftest import DISABLED, TOKEN, MemoryDoor

BEARER = {"Authorization": f"Bearer {TOKEN}"}
TWO = b'{"create":{"_index":"logs"}}\n{"a":1}\n{"index":{"_id":"7"}}\n{"b":2}\n'


def post(url: str, body: bytes, path: str = "/_bulk", **headers: str) -> httpx.Response:
    return httpx.post(
        url + path, content=body, headers={**BEARER, "Content-Type": "application/x-ndjson", **headers}
    )


def test_a_bulk_request_is_taken_and_answered_item_by_item(elastic: str, door: MemoryDoor) -> None:
    answer = post(elastic, TWO, "/win/_bulk")
    assert answer.status_code == 200
    assert answer.headers["x-elastic-product"] == "Elasticsearch"
    told = answer.json()
    assert told["errors"] is False
    assert [(next(iter(item)), next(iter(item.values()))["status"]) for item in told["items"]] == [
        ("create", 201),
        ("index", 201),
    ]
    assert told["items"][1]["index"]["_id"] == "7"
    (batch,) = door.batches
    assert batch.records == (b'{"a":1}', b'{"b":2}')
    assert batch.ids == ("", "win/7")
    assert (batch.source, batch.agency, batch.transport) == ("winlog", "hospital", "elastic_bulk")
    assert batch.peer.startswith("127.0.0.1:")


def test_put_is_taken_like_post(elastic: str, door: MemoryDoor) -> None:
    assert httpx.put(elastic + "/_bulk", content=TWO, headers=BEARER).status_code == 200
    assert len(door.records) == 2


def test_one_broken_line_among_a_thousand_fails_alone_with_its_reason(elastic: str, door: MemoryDoor) -> None:
    lines = [b'{"create":{}}\n{"n":%d}\n' % n for n in range(1000)]
    lines[500] = b'{"create":{}}\n{"n":500, "broken\n'
    told = post(elastic, b"".join(lines)).json()
    assert told["errors"] is True
    statuses = [item["create"]["status"] for item in told["items"]]
    assert statuses.count(201) == 999
    assert statuses[500] == 400
    assert "line 1002" in told["items"][500]["create"]["error"]["reason"]
    assert len(door.records) == 999
    ((_sender, _transport, refused),) = door.refused
    assert refused.raw == b'{"n":500, "broken'


@pytest.mark.parametrize(
    "header",
    [
        f"Bearer {TOKEN}",
        f"ApiKey {TOKEN}",
        "ApiKey " + base64.b64encode(f"winlog:{TOKEN}".encode()).decode(),
        "Basic " + base64.b64encode(f"anybody:{TOKEN}".encode()).decode(),
    ],
)
def test_the_token_is_taken_in_every_way_that_shippers_send_it(
    elastic: str, door: MemoryDoor, header: str
) -> None:
    assert post(elastic, TWO, Authorization=header).status_code == 200
    assert len(door.records) == 2


@pytest.mark.parametrize(
    ("header", "status", "words"),
    [
        ("Bearer keng_wrong", 401, "unknown"),
        ("Bearer " + DISABLED, 403, "disabled"),
        ("", 401, "no token"),
        ("Basic !!!", 401, "no token"),
        ("ApiKey", 401, "no token"),
    ],
)
def test_a_wrong_token_is_refused_and_told_what_to_do(
    elastic: str, door: MemoryDoor, header: str, status: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENG_LANG", "en")
    for answer in (
        post(elastic, TWO, Authorization=header),
        httpx.get(elastic, headers={"Authorization": header}),
    ):
        assert answer.status_code == status
        assert answer.json()["status"] == status
        assert words in answer.json()["error"]["reason"]
    assert door.records == []


@pytest.mark.parametrize("name", ["gzip", "deflate", "zstd"])
def test_compressed_bodies_are_taken(elastic: str, door: MemoryDoor, name: str) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "zstd": zstandard.compress}[name]
    assert post(elastic, pack(TWO), **{"Content-Encoding": name}).status_code == 200
    assert len(door.records) == 2


def test_a_truncated_gzip_body_is_refused_as_a_whole(elastic: str, door: MemoryDoor) -> None:
    answer = post(elastic, gzip.compress(TWO)[:-12], **{"Content-Encoding": "gzip"})
    assert answer.status_code == 400
    assert door.records == []


def test_a_decompression_bomb_is_refused(serve_elastic: Callable[..., str], door: MemoryDoor) -> None:
    url = serve_elastic(max_body_bytes=1 << 20)
    answer = post(url, gzip.compress(b" " * (50 << 20)), **{"Content-Encoding": "gzip"})
    assert answer.status_code == 413
    assert post(url, TWO).status_code == 200


def test_a_body_beyond_the_limit_is_refused_by_413(
    serve_elastic: Callable[..., str], door: MemoryDoor
) -> None:
    url = serve_elastic(max_body_bytes=1000)
    assert post(url, TWO * 100).status_code == 413
    assert door.records == []


def test_an_unknown_encoding_is_refused_by_415(elastic: str) -> None:
    assert post(elastic, TWO, **{"Content-Encoding": "br"}).status_code == 415


def test_an_empty_body_is_refused_by_400(elastic: str) -> None:
    assert post(elastic, b"").status_code == 400
    assert post(elastic, b"\n").status_code == 400


def test_a_full_journal_answers_429_with_retry_after(elastic: str, door: MemoryDoor) -> None:
    door.outcome = Outcome.FULL
    answer = post(elastic, TWO)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")
    door.outcome = Outcome.FAILED
    answer = post(elastic, TWO)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert door.refused == []


def test_too_much_under_way_answers_429_and_recovers(
    elastic: str, door: MemoryDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_UNDER_WAY_BYTES", 10)
    assert post(elastic, TWO).status_code == 429
    monkeypatch.setattr(module, "MAX_UNDER_WAY_BYTES", 1 << 20)
    assert post(elastic, TWO).status_code == 200


def test_one_document_by_its_own_address(elastic: str, door: MemoryDoor) -> None:
    assert httpx.put(elastic + "/logs/_doc/9", content=b'{"a":1}', headers=BEARER).status_code == 201
    assert httpx.post(elastic + "/logs/_doc", content=b'{"a":2}', headers=BEARER).status_code == 201
    assert httpx.put(elastic + "/logs/_create/5", content=b'{"a":3}', headers=BEARER).status_code == 201
    assert httpx.post(elastic + "/logs/_doc", content=b"[]", headers=BEARER).status_code == 400
    assert door.records == [b'{"a":1}', b'{"a":2}', b'{"a":3}']
    assert [batch.ids for batch in door.batches] == [("logs/9",), (), ("logs/5",)]


def test_beats_get_a_brief_answer(elastic: str) -> None:
    told = post(elastic, TWO, "/_bulk?filter_path=errors,items.*.error,items.*.status").json()
    assert told["items"] == [{"create": {"status": 201}}, {"index": {"status": 201}}]


def test_head_of_the_root_is_answered_without_a_body(elastic: str) -> None:
    answer = httpx.head(elastic + "/", headers=BEARER)
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("path", ["/../etc/passwd", "/_sql", "/logs/_search", "/%00", "/_bulk/x"])
def test_other_addresses_say_where_to_send(elastic: str, path: str) -> None:
    answer = httpx.get(elastic + path, headers=BEARER)
    assert answer.status_code in (404, 405)
    assert "error" in answer.json()


def client(url: str, **options: object) -> elasticsearch.Elasticsearch:
    return elasticsearch.Elasticsearch(url, api_key=("winlog", TOKEN), retry_on_timeout=False, **options)


def test_the_official_client_delivers_by_its_helpers(elastic: str, door: MemoryDoor) -> None:
    with client(elastic, http_compress=True) as es:
        assert es.info()["version"]["number"]
        assert es.ping()
        documents = [{"_index": "logs", "_source": {"n": n, "text": "xin chào"}} for n in range(2500)]
        assert bulk(es, documents) == (2500, [])
        assert sum(ok for ok, _item in streaming_bulk(es, documents[:100], chunk_size=30)) == 100
        assert (
            sum(ok for ok, _item in parallel_bulk(es, documents[:400], thread_count=3, chunk_size=50)) == 400
        )
    assert len(door.records) == 3000
    assert json.loads(door.records[1]) == {"n": 1, "text": "xin chào"}


def test_the_official_client_sees_which_document_failed(elastic: str) -> None:
    with client(elastic) as es:
        actions = [{"_index": "logs", "n": 1}, {"_op_type": "delete", "_index": "logs", "_id": "1"}]
        taken, errors = bulk(es, actions, raise_on_error=False)
    assert taken == 1
    assert isinstance(errors, list)
    assert errors[0]["delete"]["status"] == 400


def test_the_official_client_retries_when_told_to_wait(elastic: str, door: MemoryDoor) -> None:
    door.outcome = Outcome.FULL
    threading.Timer(1.0, lambda: setattr(door, "outcome", Outcome.TAKEN)).start()
    with client(elastic, max_retries=0, retry_on_status=()) as es:
        done = streaming_bulk(es, [{"_index": "l", "n": 1}], max_retries=5, initial_backoff=0.5)
        assert [ok for ok, _item in done] == [True]
    assert door.records == [b'{"n":1}']
