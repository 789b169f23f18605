"""A door in memory with a few sources, and real servers on free ports of 127.0.0.1."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

import pytest
import uvloop

from keng.collect.http_app import http_app
from keng.collect.intake import Intake
from keng.collect.peer_certificate import PeerCertificate
from keng.collect.ports import Outcome, Refusal, Sender
from keng.model.batch import Batch
from keng.model.rejected import Rejected
from keng.runtime.http_server import HttpServer, bind

TOKEN = "keng_test-token-of-the-hospital"
DISABLED = "keng_disabled"
T = TypeVar("T")


class MemoryDoor:
    """Keeps what receivers hand over; `outcome` is what take() answers next."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.refused: list[tuple[Sender | None, str, Rejected]] = []
        self.dropped = 0
        self.outcome = Outcome.TAKEN
        self.hostnames = {"dc01": Sender("dc", "hospital"), "fw01": Sender("fw", "district")}
        self.certificates: dict[str, Sender] = {}
        self.addresses: dict[str, Sender] = {}
        self.time_us = 1_780_000_000_000_000

    def authenticate(self, token: str) -> Sender | Refusal:
        if token == TOKEN:
            return Sender("winlog", "hospital")
        if token == DISABLED:
            return Refusal(403, "the log source winlog is disabled in the register")
        return Refusal(401, "the token is unknown or was withdrawn")

    def recognise(self, certificate: PeerCertificate) -> Sender | Refusal:
        return self.certificates.get(certificate.fingerprint) or Refusal(401, "unknown certificate")

    def identify(
        self, token: str, address: str, hostname: str, transport: str = "syslog"
    ) -> Sender | Refusal:
        if token:
            return self.authenticate(token)
        return (
            self.addresses.get(address)
            or self.hostnames.get(hostname)
            or Refusal(403, f"unknown sender {hostname}")
        )

    async def take(self, batches: Sequence[Batch]) -> Outcome:
        if self.outcome is Outcome.TAKEN:
            self.batches += batches
        return self.outcome

    def refuse(self, sender: Sender | None, transport: str, peer: str, refused: Sequence[Rejected]) -> None:
        self.refused += [(sender, transport, one) for one in refused]

    def drop(self, transport: str, records: int) -> None:
        self.dropped += records

    def now_us(self) -> int:
        return self.time_us

    @property
    def records(self) -> list[bytes]:
        return [record for batch in self.batches for record in batch.records]


class Loop:
    """An event loop in a thread, for servers that blocking clients talk to."""

    def __init__(self) -> None:
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def spawn(self, work: Coroutine[Any, Any, None]) -> "Future[None]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def close(self) -> None:
        async def settle() -> None:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            if others:
                _done, left = await asyncio.wait(others, timeout=2)
                for task in left:
                    task.cancel()

        self.run(settle())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


@pytest.fixture
def door() -> MemoryDoor:
    return MemoryDoor()


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.close()


@pytest.fixture
def serve_elastic(door: MemoryDoor, loop: Loop) -> Iterator[Callable[..., str]]:
    servers: list[HttpServer] = []

    def serve(**options: Any) -> str:
        server = HttpServer(http_app(Intake(door, **options)), bind("127.0.0.1", 0, "--ingest-port"))
        loop.run(server.start())
        servers.append(server)
        return f"http://127.0.0.1:{server.port}"

    yield serve
    for server in servers:
        loop.run(server.stop())


@pytest.fixture
def elastic(serve_elastic: Callable[..., str]) -> str:
    return serve_elastic()


def free_udp() -> socket.socket:
    return bind("127.0.0.1", 0, "--syslog-port", socket.SOCK_DGRAM)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages are compared in English."""
    monkeypatch.setenv("KENG_LANG", "en")
