"""Fetching: only https, or this machine; bounded."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from keng.detect.sigma import fetch as module
from keng.detect.sigma.fetch import FetchError, fetch


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/loop":
            self.send_response(302)
            self.send_header("Location", "/loop")
            self.end_headers()
        elif self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://192.0.2.1/x.zip")
            self.end_headers()
        elif self.path == "/missing":
            self.send_error(404)
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * 1000)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_this_machine_may_be_asked_without_tls(address: str, tmp_path: Path) -> None:
    fetch(f"{address}/set.zip", tmp_path / "x")
    assert (tmp_path / "x").stat().st_size == 1000


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/missing", "answers 404"), ("/loop", "redirects more than"), ("/away", "only https")],
)
def test_what_does_not_lead_to_a_file_is_refused(
    address: str, tmp_path: Path, path: str, reason: str
) -> None:
    with pytest.raises(FetchError, match=reason):
        fetch(address + path, tmp_path / "x")


def test_size_is_bounded(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_DOWNLOAD", 10)
    with pytest.raises(FetchError, match="more than 10 bytes"):
        fetch(f"{address}/set.zip", tmp_path / "x")


@pytest.mark.parametrize("address", ["http://example.org/x.zip", "ftp://127.0.0.1/x", "file:///etc/passwd"])
def test_other_addresses_are_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="only https"):
        fetch(address, tmp_path / "x")


def test_a_closed_port_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="cannot be reached"):
        fetch("http://127.0.0.1:1/x.zip", tmp_path / "x")
