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
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue(QUEUE_LINES)

    async def put(self, line: bytes) -> None:
        """Queue a line; waits while the queue is full."""
        await self._queue.put(line)

    async def close(self) -> None:
        """Send what is queued, then end."""
        await self._queue.put(None)

    async def run(self) -> None:
        """Send until closed; connects again after a break."""
        held: bytes | None = await self._queue.get()
        while held is not None:
            try:
                held = await self._converse(held)
            except OSError as error:
                self._tally.problem = f"syslog TCP: {error}"
                self._tally.waited += 1
                await asyncio.sleep(PAUSE_S)
            except asyncio.CancelledError:
                self._tally.lost += 1 + self._queue.qsize()
                raise

    async def _converse(self, line: bytes) -> bytes | None:
        """One connection, until it breaks (the line in hand is returned) or the sender is closed (None)."""
        _reader, writer = await asyncio.open_connection(*self._address)
        held: bytes | None = line
        try:
            while held is not None:
                writer.write(b"%d %b" % (len(held), held) if self._counted else held + b"\n")
                await writer.drain()
                self._tally.accepted += 1
                held = await self._queue.get()
            return None
        except ConnectionError:
            return held
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


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
