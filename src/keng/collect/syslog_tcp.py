"""Receives syslog over TCP (RFC 6587, both framings).

TCP has no acknowledgement that the application can give: what the kernel took may be lost with the machine.
Kẻng stops reading while the journal is full or cannot write, so that the sender's queue fills, not ours.
"""

import asyncio
import socket

import structlog

from keng.collect.framing import Framer
from keng.collect.ports import Door, Outcome
from keng.collect.syslog import sort
from keng.model.batch import Batch
from keng.model.rejected import Rejected

TRANSPORT = "syslog_tcp"
MAX_CONNECTIONS = 2000
_READ_BYTES = 256 * 1024
_RETRY_S = 0.5
_log = structlog.get_logger("keng.collect.syslog_tcp")


class SyslogTcp:
    """The listener. start() on a bound socket, stop() to let connections finish what they hold."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def start(self, sock: socket.socket) -> None:
        """Accept connections on a bound TCP socket."""
        self._server = await asyncio.start_server(self._connected, sock=sock, limit=_READ_BYTES)

    async def stop(self) -> None:
        """Stop accepting, write what has been read into the journal, close."""
        self._stopping = True
        if self._server is not None:
            self._server.close()
        for task in list(self._connections):
            task.cancel()
        if self._connections:
            await asyncio.wait(list(self._connections), timeout=5.0)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        peer = writer.get_extra_info("peername") or ("", 0)
        if task is None or len(self._connections) >= MAX_CONNECTIONS or self._stopping:
            _log.warning("connection refused: too many are open", peer=peer[0], limit=MAX_CONNECTIONS)
            writer.transport.abort()
            return
        sock = writer.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._connections.add(task)
        try:
            await self._serve(reader, (str(peer[0]), int(peer[1])))
        except asyncio.CancelledError:
            if not self._stopping:
                raise
        except ConnectionError:
            _log.info("connection lost", peer=peer[0])
        finally:
            self._connections.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, peer: tuple[str, int]) -> None:
        framer = Framer()
        try:
            while data := await reader.read(_READ_BYTES):
                # What has been framed is written even if the server stops meanwhile.
                await asyncio.shield(self._keep(framer.feed(data), peer))
        finally:
            await asyncio.shield(self._keep(framer.end(), peer))

    async def _keep(self, messages: list[bytes | Rejected], peer: tuple[str, int]) -> None:
        if not messages:
            return
        batches: list[Batch] = sort(self._door, TRANSPORT, peer, messages, self._door.now_us())
        while batches and await self._door.take(batches) is not Outcome.TAKEN:
            if self._stopping:
                _log.error("stopped with messages that the journal did not take", peer=peer[0])
                self._door.drop(TRANSPORT, sum(len(batch.records) for batch in batches))
                return
            await asyncio.sleep(_RETRY_S)
