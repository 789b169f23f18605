"""A real bulk receiver and real syslog receivers on free ports of 127.0.0.1, with a door that keeps in memory."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from keng.collect.http_app import http_app
from keng.collect.intake import Intake
from keng.collect.ports import Outcome, Refusal, Sender
from keng.collect.syslog_tcp import SyslogTcp
from keng.collect.syslog_udp import SyslogUdp
from keng.demo.dispatch import Targets
from keng.model.batch import Batch
from keng.model.rejected import Rejected
from keng.runtime.http_server import HttpServer, bind


class Door:
    """Answers with the outcomes that a test lays out, then takes everything. Every token `keng_<source>` is good."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.records: list[tuple[str, bytes]] = []
        self.refused: list[Rejected] = []
        self._taken = asyncio.Condition()

    async def holds(self, number: int) -> None:
        """Wait, at most 5 seconds, until so many records were taken."""
        async with asyncio.timeout(5), self._taken:
            await self._taken.wait_for(lambda: len(self.records) >= number)

    def authenticate(self, token: str) -> Sender | Refusal:
        source = token.removeprefix("keng_")
        return Sender(source, "a") if source != token else Refusal(401, "the token is unknown")

    def identify(self, token: str, address: str, hostname: str) -> Sender | Refusal:
        return Sender(hostname, "a")

    async def take(self, batches: Sequence[Batch]) -> Outcome:
        outcome = self.outcomes.pop(0) if self.outcomes else Outcome.TAKEN
        if outcome is Outcome.TAKEN:
            self.records += [(batch.source, record) for batch in batches for record in batch.records]
        async with self._taken:
            self._taken.notify_all()
        return outcome

    def refuse(self, sender: Sender | None, transport: str, peer: str, refused: Sequence[Rejected]) -> None:
        self.refused += refused

    def drop(self, transport: str, records: int) -> None:
        raise AssertionError(f"{transport} dropped {records}")

    def now_us(self) -> int:
        return 1_764_000_000_000_000


@asynccontextmanager
async def receivers(door: Door) -> AsyncIterator[Targets]:
    http = HttpServer(http_app(Intake(door)), bind("127.0.0.1", 0, "--ingest-port"))
    await http.start()
    tcp_socket = bind("127.0.0.1", 0, "--syslog-port")
    port = tcp_socket.getsockname()[1]
    tcp, udp = SyslogTcp(door), SyslogUdp(door)
    await tcp.start(tcp_socket)
    await udp.start(bind("127.0.0.1", port, "--syslog-port", socket.SOCK_DGRAM))
    moving = asyncio.get_running_loop().create_task(udp.run())
    try:
        yield Targets(f"http://127.0.0.1:{http.port}", "127.0.0.1", port)
    finally:
        await udp.stop()
        await moving
        await tcp.stop()
        await http.stop()
