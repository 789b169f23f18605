"""Receives syslog over TCP (RFC 6587, both framings): each message's source is told by itself.

TCP has no acknowledgement that the application can give, see `stream_server`.
"""

from keng.collect.continued import continued
from keng.collect.framing import Framer
from keng.collect.ports import Door
from keng.collect.stream_server import Peer, StreamServer
from keng.collect.syslog import sort
from keng.model.batch import Batch

TRANSPORT = "syslog_tcp"


class _Conversation:
    def __init__(self, door: Door, peer: Peer) -> None:
        self._door = door
        self._peer = (peer.address, peer.port)
        self._framer = Framer()

    def feed(self, data: bytes) -> list[Batch]:
        messages = continued(self._framer.feed(data))
        return sort(self._door, TRANSPORT, self._peer, messages, self._door.now_us()) if messages else []

    def end(self) -> list[Batch]:
        messages = self._framer.end()
        return sort(self._door, TRANSPORT, self._peer, messages, self._door.now_us()) if messages else []

    def over(self) -> str:
        return ""


class SyslogTcp(StreamServer):
    """The listener. start() on a bound socket, stop() to let connections finish what they hold."""

    def __init__(self, door: Door) -> None:
        super().__init__(door, TRANSPORT, lambda peer: _Conversation(door, peer))
