"""Bad input at every receiver: what is wrong is refused with a reason and counted, what is right around it is taken."""

import gzip
import json
import socket
from collections.abc import Callable, Iterator

import httpx
import pytest

from keng.collect.bulk import answer, read_bulk
from keng.collect.framing import Framer
from keng.collect.lines_tcp import LinesTcp
from keng.collect.ports import Sender
from keng.collect.syslog_tcp import SyslogTcp
from keng.model.rejected import Rejected
from keng.runtime.http_server import bind

from .conftest import TOKEN, Loop, MemoryDoor
from .fuzz import blocks, bodies
from .senders import wait

MIB = 1 << 20
ACTION = b'{"create":{}}\n'
OTLP_JSON = {"Content-Type": "application/json"}


def post(url: str, path: str, body: bytes, **headers: str) -> httpx.Response:
    bearer = {"Authorization": f"Bearer {TOKEN}", **headers}
    return httpx.post(url + path, content=body, headers=bearer, timeout=60)


def otlp(*texts: str) -> bytes:
    records = [{"timeUnixNano": "1780000000000000000", "body": {"stringValue": text}} for text in texts]
    return json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": records}]}]}).encode()


# Each: path, a good body of one record, content type.
HTTP = [
    ("/_bulk", ACTION + b'{"n":1}\n', {}),
    ("/services/collector", b'{"time":1,"event":"x"}', {}),
    ("/services/collector/raw", b"a line\n", {}),
    ("/v1/logs", otlp("x"), OTLP_JSON),
]


@pytest.mark.parametrize(("path", "good", "kind"), HTTP)
def test_a_truncated_gzip_and_a_bomb_take_nothing_and_harm_nothing(
    serve_elastic: Callable[..., str], door: MemoryDoor, path: str, good: bytes, kind: dict[str, str]
) -> None:
    url = serve_elastic(max_body_bytes=8 * MIB)
    gz = {**kind, "Content-Encoding": "gzip"}
    assert post(url, path, gzip.compress(good)[:-9], **gz).status_code == 400
    assert post(url, path, gzip.compress(b"\n" * (40 * MIB), 1), **gz).status_code == 413
    assert post(url, path, b"not gzip", **gz).status_code == 400
    assert door.batches == []
    assert post(url, path, gzip.compress(good), **gz).status_code == 200
    assert len(door.records) == 1


@pytest.mark.parametrize(("path", "good", "kind"), HTTP)
def test_a_body_beyond_the_limit_in_one_line_is_refused(
    serve_elastic: Callable[..., str], door: MemoryDoor, path: str, good: bytes, kind: dict[str, str]
) -> None:
    limit = 100 * MIB if path == "/_bulk" else 8 * MIB
    url = serve_elastic(max_body_bytes=limit)
    answer = post(url, path, b"x" * (limit + 1), **kind)
    assert answer.status_code == 413
    assert door.records == []
    assert post(url, path, good, **kind).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/_bulk", ACTION + b'{"a":"' + b"x" * (5 * MIB) + b'"}\n' + ACTION + b'{"n":1}\n', {}),
        ("/services/collector/raw", b"x" * (5 * MIB) + b"\na line\n", {}),
        ("/v1/logs", otlp("x" * (5 * MIB), "good"), OTLP_JSON),
    ],
)
def test_a_record_that_is_too_long_is_refused_alone_and_counted(
    elastic: str, door: MemoryDoor, path: str, body: bytes, kind: dict[str, str]
) -> None:
    post(elastic, path, body, **kind)
    assert (len(door.records), len(door.refused)) == (1, 1)
    assert len(door.refused[0][2].raw) <= 4096


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/_bulk", ACTION + '{"a":"chào"}\n'.encode("utf-16"), {}),
        ("/_bulk", ACTION + b'{"a":"\xff\xfe"}\n', {}),
        ("/services/collector", '{"event":"chào"}'.encode("utf-16"), {}),
        ("/services/collector", b'{"event":"\xe0\x80"}', {}),
        ("/v1/logs", otlp("chào").decode().encode("utf-16"), OTLP_JSON),
    ],
)
def test_a_wrong_encoding_is_refused_and_counted(
    elastic: str, door: MemoryDoor, path: str, body: bytes, kind: dict[str, str]
) -> None:
    post(elastic, path, body, **kind)
    assert door.records == []
    assert len(door.refused) >= 1


def test_a_document_of_a_million_fields_is_refused_and_one_that_fits_is_taken(
    elastic: str, door: MemoryDoor
) -> None:
    many = b"{" + b",".join(b'"%d":1' % n for n in range(1_000_000)) + b"}"
    told = post(elastic, "/_bulk", ACTION + many + b"\n").json()
    assert told["items"][0]["create"]["status"] == 413
    assert post(elastic, "/services/collector", b'{"event":' + many + b"}").json()["code"] == 6
    fits = b"{" + b",".join(b'"%d":1' % n for n in range(90_000)) + b"}"
    assert post(elastic, "/_bulk", ACTION + fits + b"\n").json()["errors"] is False
    assert door.records == [fits]


def test_doubled_and_reordered_lines_of_a_bulk_request_fail_where_they_are_wrong(
    elastic: str, door: MemoryDoor
) -> None:
    doubled = ACTION * 2 + b'{"n":1}\n' * 2 + ACTION + b'{"n":2}\n'
    told = post(elastic, "/_bulk", doubled).json()
    assert told["errors"] is True
    assert b'{"n":2}' in door.records
    assert len(told["items"]) == len(door.records) + len(door.refused)


def test_a_body_of_nothing_but_line_feeds_stays_small_in_memory() -> None:
    bulk = read_bulk(b"\n" * (20 * MIB))
    assert (bulk.records, bulk.refused) == ([], [])


@pytest.fixture
def ports(door: MemoryDoor, loop: Loop) -> Iterator[tuple[int, int]]:
    door.addresses["127.0.0.1"] = Sender("sensor", "centre")
    servers = SyslogTcp(door), LinesTcp(door)
    sockets = [bind("127.0.0.1", 0, "") for _server in servers]
    numbers = [sock.getsockname()[1] for sock in sockets]
    for server, sock in zip(servers, sockets, strict=True):
        loop.run(server.start(sock))
    yield numbers[0], numbers[1]
    for server in servers:
        loop.run(server.stop())


@pytest.mark.parametrize("which", [0, 1])
def test_a_line_of_a_hundred_megabytes_is_passed_over_without_being_held(
    ports: tuple[int, int], door: MemoryDoor, which: int
) -> None:
    with socket.create_connection(("127.0.0.1", ports[which])) as sock:
        sock.sendall(b"<34>Nov  3 01:02:03 dc01 app: before\n")
        for _n in range(100):
            sock.sendall(b"x" * 1_000_000)
        sock.sendall(b"\n<34>Nov  3 01:02:03 dc01 app: after\n")
    wait(lambda: len(door.records) == 2, 30)
    ((_sender, _transport, refused),) = door.refused
    assert "100000000" in refused.reason
    assert len(refused.raw) == 4096


SYSLOG = (
    b"<34>Nov  3 01:02:03 dc01 app[1]: line\n",
    b"44 <34>1 2026-11-03T01:02:03Z dc01 app 1 - - counted",
    "<34>1 2026-11-03T01:02:03Z dc01 app 1 - - xin chào\n".encode(),
)
BULK = (
    ACTION,
    b'{"index":{"_index":"logs","_id":"7"}}\n',
    b'{"a":"x","b":[1,{"c":null}]}\n',
    '{"text":"xin chào"}\n'.encode(),
    b'{"delete":{"_id":"1"}}\n',
)


@pytest.mark.parametrize("block", blocks())
def test_no_bulk_body_makes_the_reader_stumble(block: int) -> None:
    for body in bodies(block, BULK):
        bulk = read_bulk(body)
        assert len(bulk.items) == len(bulk.records) + len(bulk.refused)
        for brief in (False, True):
            assert len(json.loads(answer(bulk, 1, 2, brief))["items"]) == len(bulk.items)
        for record in bulk.records:
            assert isinstance(json.loads(record), dict)


@pytest.mark.parametrize("block", blocks())
def test_no_stream_of_syslog_makes_the_framer_stumble_or_depend_on_how_it_is_cut(block: int) -> None:
    for number, body in enumerate(bodies(block, SYSLOG)):
        whole = Framer(200)
        expected = [kept(one) for one in whole.feed(body) + whole.end()]
        step = number % 7 + 1
        pieces = Framer(200)
        found: list[bytes | Rejected] = []
        for place in range(0, len(body), step):
            found += pieces.feed(body[place : place + step])
        assert [kept(one) for one in found + pieces.end()] == expected


def kept(message: bytes | Rejected) -> bytes | tuple[str, str]:
    return (message.reason, message.position) if isinstance(message, Rejected) else message
