"""A stand-in for a ClickHouse server: its HTTP interface, with every statement handed to chDB, which is ClickHouse.

No server can be installed from the package registries. This tells that our client speaks to the interface as it is
(statements, parameters, formats, errors) and that the statements are ClickHouse's own; it tells nothing about replication.
It runs in a process of its own: a process holds one chDB folder.

Limits: 127.0.0.1 only, 64 MiB a request, ends with its parent or after `LIFE_S`.
"""

import email
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

LIFE_S = 600
MAX_BODY = 64 * 1024 * 1024
_FORMAT = re.compile(r"\s+FORMAT\s+(\w+)\s*;?\s*$", re.IGNORECASE)
_INSERT = re.compile(r"\s*INSERT\b", re.IGNORECASE)


class Databases:
    """Connections of each database, one for each statement that runs at the time."""

    def __init__(self, folder: str) -> None:
        from chdb.state import connect

        self._connect = lambda: connect(folder)
        self._keep = self._connect()  # the folder stays open
        self._free: dict[str, list[Any]] = {}
        self._lock = threading.Lock()

    @contextmanager
    def borrow(self, database: str) -> Iterator[Any]:
        with self._lock:
            free = self._free.setdefault(database, [])
            connection = free.pop() if free else None
        if connection is None:
            connection = self._connect()
            if database != "default":
                connection.query(f"USE `{database}`")
        try:
            yield connection
        except Exception:
            connection.close()
            raise
        with self._lock:
            self._free[database].append(connection)


class Handler(BaseHTTPRequestHandler):
    """One request: the statement in `query` or in the body."""

    protocol_version = "HTTP/1.1"
    databases: Databases

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            self._answer(self._chunks())
        elif length <= MAX_BODY:
            self._answer(self.rfile.read(length))
        else:
            self._send(413, b"too large")

    def _chunks(self) -> bytes:
        body = bytearray()
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
            if len(body) > MAX_BODY:
                raise ConnectionError("too large")
        self.rfile.readline()
        return bytes(body)

    def _answer(self, body: bytes) -> None:
        url = urlsplit(self.path)
        if url.path == "/ping":
            self._send(200, b"Ok.\n")
            return
        asked = {name: values[-1] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
        if self.headers.get("Content-Type", "").startswith("multipart/form-data"):
            # The client does so with parameters that are too long for an address.
            asked |= _form(self.headers["Content-Type"], body)
            body = b""
        parameters = {
            name.removeprefix("param_"): v for name, v in asked.items() if name.startswith("param_")
        }
        sql, data = (asked["query"], body) if "query" in asked else (body.decode(), b"")
        form = asked.get("default_format", "TabSeparated")
        if found := _FORMAT.search(sql):
            sql, form = sql[: found.start()], found[1]
        try:
            with self.databases.borrow(asked.get("database", "default")) as connection:
                if _INSERT.match(sql) and data:
                    with connection.send_insert(sql, form) as inserter:
                        inserter.append(data)
                        inserter.finish()
                    answer = b""
                else:
                    answer = bytes(connection.query(sql, form, params=parameters).bytes())
        except Exception as error:
            code = re.search(r"Code: (\d+)", str(error))
            self._send(500, str(error).encode(), {"X-ClickHouse-Exception-Code": code[1] if code else "1002"})
        else:
            self._send(200, answer)

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {
            "X-ClickHouse-Summary": "{}",
            "X-ClickHouse-Format": "Native",
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        pass


def _form(kind: str, body: bytes) -> dict[str, str]:
    """Fields of a form."""
    message = email.message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    parts = message.get_payload()
    return {
        str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True).decode()
        for part in parts
    }


def serve(folder: str) -> None:
    """Serve until the parent is gone; prints the port."""
    Handler.databases = Databases(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    parent, end = os.getppid(), time.monotonic() + LIFE_S
    while os.getppid() == parent and time.monotonic() < end:
        time.sleep(0.2)


class ClickHouseFixture:
    """The stand-in on a folder. url(database): what `store_url` takes."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.clickhouse", str(folder)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).resolve().parents[2],
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def url(self, database: str = "keng") -> str:
        return f"clickhouse://default@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(20)
        assert self._process.stdout is not None
        self._process.stdout.close()


if __name__ == "__main__":
    serve(sys.argv[1])
