import contextlib
import itertools
import socket

import httpx
import pytest

from keng.collect.http_app import http_app
from keng.collect.intake import Intake
from keng.runtime.http_server import HttpServer, bind

from .conftest import TOKEN, Loop, MemoryDoor
from .fuzz import blocks, bodies


def test_the_path_tells_the_protocol_and_errors_speak_it(elastic: str) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert httpx.get(elastic, headers=bearer).json()["tagline"] == "You Know, for Search"
    assert httpx.get(elastic + "/services/collector/health").json()["code"] == 17
    assert httpx.post(elastic + "/v1/metrics", headers=bearer).json()["code"] == 12
    assert "error" in httpx.request("PATCH", elastic + "/logs", headers=bearer).json()


def raw(path: str, body: bytes, *headers: str) -> bytes:
    head = [
        f"POST {path} HTTP/1.1",
        "Host: keng",
        f"Authorization: Bearer {TOKEN}",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


SEEDS = (
    raw("/_bulk", b'{"create":{}}\n{"a":1}\n'),
    raw("/logs/_doc/7", b'{"a":1}', "Content-Type: application/json"),
    raw(
        "/services/collector",
        b'{"event":"x"}',
        "X-Splunk-Request-Channel: 00000000-0000-0000-0000-000000000001",
    ),
    raw("/services/collector/ack?channel=00000000000000000000000000000001", b'{"acks":[0]}'),
    raw("/services/collector/raw?channel=x", b"a line\n", "Content-Encoding: gzip"),
    raw(
        "/v1/logs",
        b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{}]}]}]}',
        "Content-Type: application/json",
    ),
    raw("/v1/logs", b"\x0a\x04\x12\x02\x12\x00", "Content-Type: application/x-protobuf"),
    b"GET / HTTP/1.1\r\nHost: keng\r\n\r\n",
)


@pytest.mark.parametrize("block", [*blocks(), pytest.param(50, marks=pytest.mark.long)])
def test_no_request_makes_the_server_stumble(elastic: str, block: int) -> None:
    port = int(elastic.rpartition(":")[2])
    # In every run one request in five, because each needs a connection of its own.
    for request in itertools.islice(bodies(block, SEEDS), None, None, 1 if block else 5):
        with socket.create_connection(("127.0.0.1", port), 10) as sock:
            # What is no HTTP at all may be cut off while it is still being sent.
            with contextlib.suppress(OSError):
                sock.sendall(request)
                sock.shutdown(socket.SHUT_WR)
            answer = b""
            while part := received(sock):
                answer += part
        statuses = [line for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
        assert not [status for status in statuses if status[9:12] == b"500"], request
    assert httpx.get(elastic, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


def received(sock: socket.socket) -> bytes:
    try:
        return sock.recv(65_536)
    except ConnectionError:
        return b""


BODY = b'{"create":{}}\n{"message":"xin"}\n'
PLAIN = b"Content-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(
    b"%x\r\n%b\r\n" % (len(part), part) for part in (BODY[:5], BODY[5:])
)


@pytest.mark.parametrize(
    ("version", "rest", "begins"),
    [
        (b"1.0", PLAIN, b"HTTP/1.1 200"),
        (b"1.1", PLAIN, b"HTTP/1.1 200"),
        (b"1.1", CHUNKED + b"0\r\n\r\n", b"HTTP/1.1 200"),
        (b"1.1", b"Expect: 100-continue\r\n" + PLAIN, b"HTTP/1.1 100"),
    ],
)
def test_requests_as_old_and_careful_senders_make_them(
    elastic: str, door: MemoryDoor, version: bytes, rest: bytes, begins: bytes
) -> None:
    address = httpx.URL(elastic)
    head = b"POST /_bulk HTTP/%b\r\nHost: k\r\nAuthorization: Bearer %b\r\n" % (version, TOKEN.encode())
    with socket.create_connection((address.host, address.port or 0), 5) as sock:
        for _n in range(1 if version == b"1.0" else 2):  # the connection is kept
            sock.sendall(head + rest)
            answer = b""
            while b'"items"' not in answer:
                part = sock.recv(65_536)
                assert part, answer
                answer += part
            assert answer.startswith(begins), answer
    assert door.records == [b'{"message":"xin"}'] * (1 if version == b"1.0" else 2)


def test_both_families_of_addresses_reach_one_port(door: MemoryDoor, loop: Loop) -> None:
    server = HttpServer(http_app(Intake(door)), bind("::", 0, ""))
    loop.run(server.start())
    for host in ("[::1]", "127.0.0.1"):
        answer = httpx.post(
            f"http://{host}:{server.port}/_bulk", content=BODY, headers={"Authorization": f"Bearer {TOKEN}"}
        )
        assert answer.status_code == 200
    loop.run(server.stop())
    assert len(door.records) == 2
