"""Receives lines, each a record, over TCP or a socket of this machine: Zeek's JSON streamed, Suricata's EVE, anything.

    keng_…                       optional first line: the source's token
    {"ts": …, "uid": …}          a record
    {"timestamp": …, …}          the next

Without a token the source is told by the sender's address, or by the socket that it writes to (`unix:/path` among the
addresses of a source of the transport "lines"). A sender that is not known, or no longer, is cut off.
"""

import re
import time

from keng.collect.continued import Continued
from keng.collect.framing import Framer
from keng.collect.ports import MAX_RECORD_BYTES, Door, Refusal, Sender
from keng.collect.split import split
from keng.collect.stream_server import Peer, StreamServer
from keng.model.batch import Batch
from keng.model.rejected import Rejected

TRANSPORT = "lines"
_KEPT_RAW = 4096
_TOKEN = re.compile(rb"(?:token[=:] ?)?(keng_[A-Za-z0-9_-]{8,120})")


class _Conversation:
    def __init__(self, door: Door, peer: Peer) -> None:
        self._door = door
        self._peer = peer
        self._framer = Framer(MAX_RECORD_BYTES, counted=False)
        self._lines = Continued(MAX_RECORD_BYTES)
        self._token = ""
        self._begun = False

    def feed(self, data: bytes) -> list[Batch]:
        return self._batches(self._joined(self._framer.feed(data)))

    def patience(self) -> float | None:
        return self._lines.patience(time.monotonic())

    def rest(self) -> list[Batch]:
        return self._batches(self._lines.rest())

    def end(self) -> list[Batch]:
        return self._batches(self._joined(self._framer.end()) + self._lines.rest())

    def over(self) -> str:
        if not self._begun:
            return ""
        sender = self._sender()
        return sender.reason if isinstance(sender, Refusal) and sender.status != 503 else ""

    def _sender(self) -> Sender | Refusal:
        return self._door.identify(self._token, self._peer.address, "", TRANSPORT)

    def _joined(self, messages: list[bytes | Rejected]) -> list[bytes | Rejected]:
        """Messages that are complete, without the token that may come first."""
        if messages and not self._begun:
            self._begun = True
            first = messages[0]
            token = _TOKEN.fullmatch(first.strip(b" \t")) if isinstance(first, bytes) else None
            if token is not None:
                self._token = token[1].decode()
                messages = messages[1:]
        return self._lines.feed(messages, time.monotonic())

    def _batches(self, messages: list[bytes | Rejected]) -> list[Batch]:
        if not messages:
            return []
        sender = self._sender()
        if isinstance(sender, Refusal):
            refused = [
                Rejected(sender.reason, "", one[:_KEPT_RAW] if isinstance(one, bytes) else one.raw)
                for one in messages
            ]
            self._door.refuse(None, TRANSPORT, self._peer.name, refused)
            return []
        refused = [one for one in messages if isinstance(one, Rejected)]
        if refused:
            self._door.refuse(sender, TRANSPORT, self._peer.name, refused)
        records = [one for one in messages if isinstance(one, bytes)]
        return split(sender, TRANSPORT, self._peer.name, self._door.now_us(), records)


class LinesTcp(StreamServer):
    """The listener. start() on a bound socket, TCP or Unix."""

    def __init__(self, door: Door) -> None:
        super().__init__(door, TRANSPORT, lambda peer: _Conversation(door, peer))
