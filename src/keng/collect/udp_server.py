"""A UDP listener: best effort, never acknowledged; what is lost here is counted.

Datagrams wait in a bounded queue for the journal. Lost are those beyond the bound, those that arrive while the
journal is full, and those that the kernel dropped before us (its own count, read from /proc/net/udp). Once the queue is
half full, an address that holds a quarter of it gets no more room: one noisy device does not crowd out the others.
"""

import asyncio
import os
import socket
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import structlog

from keng.collect.ports import Door, Outcome
from keng.model.batch import Batch

MAX_WAITING = 100_000
MAX_WAITING_BYTES = 64 * 1024 * 1024
RECEIVE_BUFFER = 8 * 1024 * 1024
_AT_ONCE = 5000
_LAST_LOOK_S = 0.5
_log = structlog.get_logger("keng.collect.udp_server")
Peer = tuple[str, int]
Datagram = tuple[bytes, Peer]
# Batches of the datagrams of one peer, in order, at a time of arrival.
Sort = Callable[[Peer, list[bytes], int], list[Batch]]


class UdpServer(asyncio.DatagramProtocol):
    """The listener of one protocol. start() on a bound socket; run() moves datagrams into the journal until stop()."""

    def __init__(self, door: Door, transport: str, sort: Sort) -> None:
        self._door = door
        self._transport_name = transport
        self._sort = sort
        self._waiting: deque[Datagram] = deque()
        self._waiting_bytes = 0
        self._by_address: dict[str, int] = {}
        self._arrived = asyncio.Event()
        self._transport: asyncio.BaseTransport | None = None
        self._socket: socket.socket | None = None
        self._inode = 0
        self._kernel_drops = 0
        self._stopping = False

    async def start(self, sock: socket.socket) -> None:
        """Receive on a bound UDP socket."""
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        self._socket = sock
        self._inode = os.fstat(sock.fileno()).st_ino
        self._transport, _protocol = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: self, sock=sock
        )

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """One datagram, one message."""
        waiting, own = len(self._waiting), self._by_address.get(addr[0], 0)
        crowded = waiting >= MAX_WAITING // 2 and own >= MAX_WAITING // 4
        if crowded or waiting >= MAX_WAITING or self._waiting_bytes + len(data) > MAX_WAITING_BYTES:
            self._door.drop(self._transport_name, 1)
            return
        self._waiting.append((data, addr))
        self._waiting_bytes += len(data)
        self._by_address[addr[0]] = own + 1
        self._arrived.set()

    def error_received(self, exc: Exception) -> None:
        """An ICMP error for something we sent: we send nothing, so it only gets logged."""
        _log.info("socket error", reason=str(exc))

    async def run(self) -> None:
        """Move what arrives into the journal; ends after stop(), when nothing waits."""
        while not (self._stopping and not self._waiting):
            if not self._waiting:
                self._arrived.clear()
                await self._arrived.wait()
                continue
            await self._move()

    async def stop(self) -> None:
        """Stop receiving; run() empties the queue and ends."""
        self._stopping = True
        if self._transport is not None:
            self._take_the_last()
            self.count_kernel_drops()
            self._transport.close()
        self._arrived.set()

    def _take_the_last(self) -> None:
        """What the kernel holds for us still: with the socket it would be gone, uncounted."""
        end = time.monotonic() + _LAST_LOOK_S
        while self._socket is not None and time.monotonic() < end:
            try:
                data, address = self._socket.recvfrom(65_535)
            except OSError:  # nothing is left
                return
            self.datagram_received(data, address)

    async def _move(self) -> None:
        by_peer: dict[Peer, list[bytes]] = {}
        for _n in range(min(len(self._waiting), _AT_ONCE)):
            data, address = self._waiting.popleft()
            self._waiting_bytes -= len(data)
            self._by_address[address[0]] -= 1
            by_peer.setdefault((address[0], address[1]), []).append(data)
        if not self._waiting:
            self._by_address.clear()
        now = self._door.now_us()
        batches = [batch for peer, some in by_peer.items() for batch in self._sort(peer, some, now)]
        if batches and await self._door.take(batches) is not Outcome.TAKEN:
            self._door.drop(self._transport_name, sum(len(batch.records) for batch in batches))
            await asyncio.sleep(0.1)

    def count_kernel_drops(self) -> None:
        """Add to the count what the kernel dropped on this socket since the last call."""
        drops = kernel_drops(self._inode)
        if drops > self._kernel_drops:
            self._door.drop(self._transport_name, drops - self._kernel_drops)
            self._kernel_drops = drops


def kernel_drops(inode: int, tables: tuple[str, ...] = ("/proc/net/udp", "/proc/net/udp6")) -> int:
    """Datagrams that the kernel dropped on the socket with this inode; 0 where the tables cannot be read."""
    for table in tables:
        try:
            lines = Path(table).read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            columns = line.split()
            if len(columns) >= 13 and columns[9] == str(inode):
                return int(columns[12])
    return 0
