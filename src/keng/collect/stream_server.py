"""A TCP listener for protocols without acknowledgement: reads only as fast as the journal takes.

What the kernel took may be lost with the machine. Kẻng stops reading while the journal is full or cannot write, so
that the sender's queue fills, not ours. Each connection is asked every quarter second whether it may still be open.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from typing import NamedTuple, Protocol

import structlog

from keng.collect.ports import Door, Outcome
from keng.model.batch import Batch

MAX_CONNECTIONS = 2000
READ_BYTES = 256 * 1024
WATCH_S = 0.25
HANDSHAKE_S = 15.0
_RETRY_S = 0.5
_log = structlog.get_logger("keng.collect.stream_server")


class Peer(NamedTuple):
    """The other side: address and port ("unix:/path" and 0 on a socket of this machine), and TLS if there is any."""

    address: str
    port: int
    tls: ssl.SSLObject | None = None

    @property
    def name(self) -> str:
        """Address and port, as the journal names the sender."""
        return f"{self.address}:{self.port}"


class Conversation(Protocol):
    """What a protocol does with one connection."""

    def feed(self, data: bytes) -> list[Batch]:
        """Batches of what is complete."""
        ...

    def patience(self) -> float | None:
        """Seconds to wait for more of what is held back, before `rest` is due; None if nothing is."""
        ...

    def rest(self) -> list[Batch]:
        """Batches of what was held back because more of it might have come."""
        ...

    def end(self) -> list[Batch]:
        """Batches of what is left when the connection closes."""
        ...

    def over(self) -> str:
        """Why the connection must be closed at once; "" while it may stay open."""
        ...


class StreamServer:
    """The listener of one protocol. start() on a bound socket; stop() lets connections finish what they hold."""

    def __init__(self, door: Door, transport: str, greet: Callable[[Peer], Conversation]) -> None:
        self._door = door
        self._transport = transport
        self._greet = greet
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], tuple[Conversation, asyncio.StreamWriter]] = {}
        self._watcher: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self, sock: socket.socket, tls: ssl.SSLContext | None = None) -> None:
        """Accept connections on a bound TCP socket."""
        self._server = await asyncio.start_server(
            self._connected,
            sock=sock,
            limit=READ_BYTES,
            ssl=tls,
            ssl_handshake_timeout=HANDSHAKE_S if tls else None,
        )
        self._watcher = asyncio.get_running_loop().create_task(self._watch(), name=f"watch:{self._transport}")

    async def stop(self) -> None:
        """Stop accepting, write what has been read into the journal, close."""
        self._stopping = True
        if self._server is not None:
            self._server.close()
        if self._watcher is not None:
            self._watcher.cancel()
        for task in list(self._connections):
            task.cancel()
        if self._connections:
            await asyncio.wait(list(self._connections), timeout=5.0)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        peer = _peer(writer)
        if task is None or len(self._connections) >= MAX_CONNECTIONS or self._stopping:
            _log.warning("connection refused: too many are open", peer=peer.address, limit=MAX_CONNECTIONS)
            writer.transport.abort()
            return
        sock = writer.get_extra_info("socket")
        if sock is not None and sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        conversation = self._greet(peer)
        if reason := conversation.over():
            _log.warning("connection refused", transport=self._transport, peer=peer.name, reason=reason)
            writer.transport.abort()
            return
        self._connections[task] = (conversation, writer)
        try:
            await self._serve(reader, conversation, peer)
        except asyncio.CancelledError:
            if not self._stopping:
                raise
        except (ConnectionError, TimeoutError, ssl.SSLError):
            _log.info("connection lost", peer=peer.address)
        finally:
            self._connections.pop(task, None)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, conversation: Conversation, peer: Peer) -> None:
        try:
            while True:
                data = await _read(reader, conversation.patience())
                if data == b"" or conversation.over():
                    break
                # What has been read is written even if the server stops meanwhile.
                batches = conversation.rest() if data is None else conversation.feed(data)
                await asyncio.shield(self._keep(batches, peer))
        finally:
            if not conversation.over():
                await asyncio.shield(self._keep(conversation.end(), peer))

    async def _keep(self, batches: list[Batch], peer: Peer) -> None:
        while batches and await self._door.take(batches) is not Outcome.TAKEN:
            if self._stopping:
                _log.error("stopped with messages that the journal did not take", peer=peer.address)
                self._door.drop(self._transport, sum(len(batch.records) for batch in batches))
                return
            await asyncio.sleep(_RETRY_S)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_S)
            for conversation, writer in list(self._connections.values()):
                if reason := conversation.over():
                    name = _peer(writer).name
                    _log.warning("connection closed", transport=self._transport, peer=name, reason=reason)
                    writer.transport.abort()


async def _read(reader: asyncio.StreamReader, patience: float | None) -> bytes | None:
    """What has come, b"" at the end; None if nothing came in time."""
    if patience is None:
        return await reader.read(READ_BYTES)
    try:
        async with asyncio.timeout(max(patience, 0.0)) as waiting:
            return await reader.read(READ_BYTES)
    except TimeoutError:
        if waiting.expired():
            return None
        raise


def _peer(writer: asyncio.StreamWriter) -> Peer:
    there = writer.get_extra_info("peername")
    if isinstance(there, tuple):
        return Peer(str(there[0]), int(there[1]), writer.get_extra_info("ssl_object"))
    return Peer(f"unix:{writer.get_extra_info('sockname')}", 0)
