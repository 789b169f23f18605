"""Sends syslog: over TCP with octet counting or a line feed (RFC 6587), and over UDP, a datagram a line.

TCP carries no answer in syslog: a line counts as accepted when the connection took it, and what was not yet
taken when the connection broke is sent again on the next one.
"""

import asyncio
from contextlib import suppress

from keng.demo.tally import Tally

QUEUE_LINES = 4_000
PAUSE_S = 1.0


class SyslogTcpSender:
    """One host's connection. counted: octet counting, else a line feed ends each message."""

    def __init__(self, host: str, port: int, tally: Tally, counted: bool) -> None:
        self._address = (host, port)
        self._tally = tally
        self._counted = counted
        self._held: bytes | None = None
        self._closed = False
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue(QUEUE_LINES)

    async def put(self, line: bytes) -> None:
        """Queue a line; waits while the queue is full."""
        await self._queue.put(line)

    async def close(self) -> None:
        """Send what is queued, then end."""
        await self._queue.put(None)

    async def run(self) -> None:
        """Send until closed; connects again after a break. Cancelled, what it holds counts as lost."""
        try:
            while not self._closed:
                try:
                    await self._converse()
                except OSError as error:
                    self._tally.problem = f"syslog TCP: {error}"
                    self._tally.waited += 1
                    await asyncio.sleep(PAUSE_S)
        except asyncio.CancelledError:
            self._tally.lost += (self._held is not None) + self._queue.qsize()
            raise

    async def _converse(self) -> None:
        """One connection, until it breaks (OSError; the line in hand is kept) or the sender is closed."""
        if self._held is None and not await self._next():
            return
        _reader, writer = await asyncio.open_connection(*self._address)
        try:
            while (line := self._held) is not None:
                writer.write(b"%d %b" % (len(line), line) if self._counted else line + b"\n")
                await writer.drain()
                self._held = None
                self._tally.accepted += 1
                await self._next()
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _next(self) -> bool:
        """Take the next line in hand; False when there will be none."""
        self._held = await self._queue.get()
        self._closed = self._held is None
        return not self._closed


class SyslogUdpSender:
    """Datagrams from one socket for all hosts that send so. What the network drops is gone, as always with UDP."""

    def __init__(self, host: str, port: int, tally: Tally) -> None:
        self._address = (host, port)
        self._tally = tally
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self) -> None:
        """Open the socket."""
        loop = asyncio.get_running_loop()
        self._transport, _protocol = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, remote_addr=self._address
        )

    def send(self, line: bytes) -> None:
        """Send a line now."""
        if self._transport is not None:
            self._transport.sendto(line)
            self._tally.accepted += 1

    def close(self) -> None:
        """Close the socket."""
        if self._transport is not None:
            self._transport.close()
