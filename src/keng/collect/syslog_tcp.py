"""Receives syslog over TCP (RFC 6587, both framings): each message's source is told by itself.

TCP has no acknowledgement that the application can give, see `stream_server`.
"""

import time

from keng.collect.continued import Continued
from keng.collect.framing import Framer
from keng.collect.ports import Door
from keng.collect.stream_server import Peer, StreamServer
from keng.collect.syslog import sort
from keng.model.batch import Batch
from keng.model.rejected import Rejected

TRANSPORT = "syslog_tcp"


class _Conversation:
    def __init__(self, door: Door, peer: Peer) -> None:
        self._door = door
        self._peer = (peer.address, peer.port)
        self._framer = Framer()
        self._lines = Continued()

    def feed(self, data: bytes) -> list[Batch]:
        messages = self._framer.feed(data)
        return self._batches(self._lines.feed(messages, time.monotonic(), self._framer.told))

    def patience(self) -> float | None:
        return self._lines.patience(time.monotonic())

    def rest(self) -> list[Batch]:
        return self._batches(self._lines.rest())

    def end(self) -> list[Batch]:
        return self._batches(self._lines.feed(self._framer.end(), time.monotonic(), whole=True))

    def over(self) -> str:
        return ""

    def _batches(self, messages: list[bytes | Rejected]) -> list[Batch]:
        return sort(self._door, TRANSPORT, self._peer, messages, self._door.now_us()) if messages else []


class SyslogTcp(StreamServer):
    """The listener. start() on a bound socket, stop() to let connections finish what they hold."""

    def __init__(self, door: Door) -> None:
        super().__init__(door, TRANSPORT, lambda peer: _Conversation(door, peer))
