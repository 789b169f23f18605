"""Delivery over HTTP: what each answer means, lost answers, TLS that must be right."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import zstandard

from keng.send.bulk import BulkTarget, TargetError
from keng.send.feed import Parcel
from keng.send.target import Delivered, Later

PARCELS = [Parcel("a" * 32, b'{"message":"one"}'), Parcel("b" * 32, b'{"message":"two"}')]


class Server:
    """Answers what it is told; keeps the bodies. status 0: closes the connection instead."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, str, dict[str, str]]] = []
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                outer.headers.append({**self.headers, "path": self.path})
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.bodies.append(zstandard.decompress(body, 1 << 20))
                status, text, headers = outer.answers.pop(0)
                if not status:
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_about: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    yield one
    one.http.shutdown()
    one.http.server_close()


OK = '{"took":1,"errors":false,"items":[]}'


def test_records_go_with_their_ids_and_the_token(server: Server) -> None:
    server.answers = [(200, OK, {}), (200, OK, {})]
    target = BulkTarget(server.url + "/in/", "keng_abc")
    assert target.deliver(PARCELS) == Delivered()
    assert target.deliver(PARCELS) == Delivered()
    target.close()
    assert server.headers[0]["Authorization"] == "Bearer keng_abc"
    assert server.headers[0]["path"] == "/in/_bulk"
    assert server.bodies[0].decode() == (
        f'{{"create":{{"_id":"{"a" * 32}"}}}}\n{{"message":"one"}}\n'
        f'{{"create":{{"_id":"{"b" * 32}"}}}}\n{{"message":"two"}}\n'
    )


def test_refused_records_are_settled_and_counted_with_their_reason(server: Server) -> None:
    items = (
        '{"create":{"status":201}},{"create":{"status":409,"error":{"reason":"known"}}},'
        '{"create":{"status":400,"error":{"type":"x","reason":"no \\u001b JSON"}}}'
    )
    server.answers = [(200, f'{{"errors":true,"items":[{items}]}}', {})]
    assert BulkTarget(server.url, "t").deliver(PARCELS) == Delivered(1, "no \\x1b JSON")


@pytest.mark.parametrize(
    ("status", "headers", "check"),
    [
        (429, {"Retry-After": "7"}, lambda later: later.after_s == 7 and not later.denied),
        (503, {}, lambda later: "wait" in later.why and later.after_s == 0),
        (503, {"Retry-After": "99999"}, lambda later: later.after_s == 300),
        (401, {}, lambda later: later.denied and "the token is unknown" in later.why),
        (403, {}, lambda later: later.denied),
        (404, {}, lambda later: later.denied),
        (413, {}, lambda later: later.smaller),
    ],
)
def test_what_is_not_taken_is_sent_again_later(
    server: Server, status: int, headers: dict[str, str], check: Callable[[Later], bool]
) -> None:
    server.answers = [(status, '{"error":{"reason":"the token is unknown"},"status":1}', headers)]
    answer = BulkTarget(server.url, "t").deliver(PARCELS)
    assert isinstance(answer, Later)
    assert check(answer)


def test_a_connection_that_went_stale_is_tried_again_at_once(server: Server) -> None:
    server.answers = [(200, OK, {}), (0, "", {}), (200, OK, {}), (0, "", {}), (0, "", {})]
    target = BulkTarget(server.url, "t")
    assert target.deliver(PARCELS) == Delivered()
    assert target.deliver(PARCELS) == Delivered()
    assert isinstance(target.deliver(PARCELS), Later)


def test_an_answer_of_something_else_is_not_taken_for_success(server: Server) -> None:
    server.answers = [
        (200, "<html>welcome</html>", {}),
        (200, '{"errors":true,"items":[{"create":{"status":429}}]}', {}),
    ]
    target = BulkTarget(server.url, "t")
    first = target.deliver(PARCELS)
    assert isinstance(first, Later)
    assert first.denied
    assert isinstance(target.deliver(PARCELS), Later)


def test_nobody_there_is_told() -> None:
    answer = BulkTarget("http://127.0.0.1:1", "t").deliver(PARCELS)
    assert isinstance(answer, Later)
    assert "cannot be reached" in answer.why


@pytest.mark.parametrize("to", ["ftp://x", "http://", "http://x:99999999"])
def test_addresses_that_cannot_be_used_are_refused(to: str) -> None:
    with pytest.raises(TargetError, match="cannot be used"):
        BulkTarget(to, "t")


def test_tokens_and_certificates_that_cannot_be_used_are_refused() -> None:
    with pytest.raises(TargetError):
        BulkTarget("http://x", "a\r\nb")
    with pytest.raises(TargetError, match="certificate"):
        BulkTarget("https://x", "t", ca="/nothing.pem")
