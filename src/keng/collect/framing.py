"""Cuts a syslog TCP stream into messages (RFC 6587), both framings, told apart message by message. Pure.

    octet counting     "83 <34>1 2026-…"     the length in bytes, a blank, then so many bytes
    non-transparent    "<34>1 2026-…\\n"      up to a line feed (a NUL is taken too, as some senders use it);
                       a line that begins with neither priority nor length keeps its indentation, see `continued`

A message that is longer than the limit is refused as a whole: its head is kept, its bytes are passed over
without being held, and the next message is read as if nothing had happened.
"""

import re
from enum import Enum, auto

from keng.i18n import _
from keng.model.rejected import Rejected

MAX_MESSAGE_BYTES = 256 * 1024
_KEPT_RAW = 4096
_COUNT = re.compile(rb"([1-9][0-9]{0,8}) (?=<|$)")
_MAYBE_COUNT = re.compile(rb"[1-9][0-9]{0,8} ?\Z")
_END = re.compile(rb"[\n\0]")
_BLANK = b"\r\n\0 \t"
_INDENT = re.compile(rb"[ \t]*")
_MAX_INDENT = 4096


class _State(Enum):
    START = auto()
    SKIP_BYTES = auto()
    SKIP_LINE = auto()


class Framer:
    """One connection's framing. feed() takes bytes as they come, of any size. counted: octet counting may occur."""

    def __init__(self, limit: int = MAX_MESSAGE_BYTES, counted: bool = True) -> None:
        self._limit = limit
        self._may_count = counted
        self._held = bytearray()
        self._state = _State.START
        self._to_skip = 0
        self._skipped = 0
        self._head = b""
        self._searched = 0  # how far `_held` is known to hold no line end
        self.told = False  # the length of the last message was told, so it is whole

    def feed(self, data: bytes) -> list[bytes | Rejected]:
        """Whole messages so far, in order, without their framing."""
        self._held += data
        found: list[bytes | Rejected] = []
        place = 0
        while True:
            step = self._step(place, found)
            if step < 0:
                break
            place = step
        if place:
            del self._held[:place]
            self._searched = max(0, self._searched - place)
        return found

    def end(self) -> list[bytes | Rejected]:
        """What is left when the connection closes: an unended line is taken, half a counted message is not."""
        rest, self._held = bytes(self._held), bytearray()
        if self._state is not _State.START:
            return [self._too_long(self._skipped + len(rest))]
        bare = rest.strip(_BLANK)
        if not bare:
            return []
        if self._may_count and (_COUNT.match(rest) or _MAYBE_COUNT.match(rest)):
            reason = _("the connection closed in the middle of a message")
            return [Rejected(reason, f"byte {len(rest)} of the message", rest[:_KEPT_RAW])]
        return [rest.rstrip(_BLANK)]

    def _step(self, place: int, found: list[bytes | Rejected]) -> int:
        """Reads one message at `place`; the place after it, or -1 if more bytes are needed."""
        held = self._held
        if place >= len(held):
            return -1
        if self._state is _State.SKIP_BYTES:
            return self._skip_bytes(place, found)
        if self._state is _State.SKIP_LINE:
            return self._skip_line(place, found)
        if held[place] in b" \t":
            return self._indented(place, found)
        if held[place] in _BLANK:
            return place + 1
        if self._may_count and 0x31 <= held[place] <= 0x39:
            head = bytes(held[place : place + 11])
            count = _COUNT.match(head)
            if count is not None and place + count.end() < len(held):
                return self._counted(place, int(count[1]), count.end(), found)
            if _MAYBE_COUNT.match(head) and place + len(head) == len(held):
                return -1
        return self._line(place, found)

    def _indented(self, place: int, found: list[bytes | Rejected]) -> int:
        """A line that begins with blanks. They belong to it, unless nothing, a priority or a length follows."""
        held = self._held
        indent = _INDENT.match(held, place, place + _MAX_INDENT)
        start = indent.end() if indent else place
        if start - place >= _MAX_INDENT:
            return start
        if start == len(held):
            return -1
        if held[start] in b"\r\n\0<{":
            return start
        if self._may_count and 0x31 <= held[start] <= 0x39:
            head = bytes(held[start : start + 11])
            count = _COUNT.match(head)
            if count is not None and start + count.end() < len(held):
                return start
            if _MAYBE_COUNT.match(head) and start + len(head) == len(held):
                return -1
        return self._line(place, found)

    def _counted(self, place: int, size: int, prefix: int, found: list[bytes | Rejected]) -> int:
        start = place + prefix
        if size > self._limit:
            self._state, self._to_skip, self._skipped = _State.SKIP_BYTES, size, 0
            self._head = bytes(self._held[start : start + min(_KEPT_RAW, size)])
            return start
        if len(self._held) < start + size:
            return -1
        message = bytes(self._held[start : start + size]).strip(_BLANK)
        if message:
            found.append(message)
            self.told = True
        return start + size

    def _line(self, place: int, found: list[bytes | Rejected]) -> int:
        match = _END.search(self._held, max(place, self._searched))
        end = match.start() if match else len(self._held)
        if end - place > self._limit:
            self._head = bytes(self._held[place : place + _KEPT_RAW])
            self._state, self._skipped = _State.SKIP_LINE, 0
            return place
        if match is None:
            self._searched = len(self._held)
            return -1
        message = bytes(self._held[place:end]).rstrip(_BLANK)
        if message:
            found.append(message)
            self.told = False
        return end + 1

    def _skip_bytes(self, place: int, found: list[bytes | Rejected]) -> int:
        step = min(self._to_skip, len(self._held) - place)
        if len(self._head) < _KEPT_RAW and self._skipped + step > len(self._head):
            self._head = (self._head[: self._skipped] + bytes(self._held[place : place + step]))[:_KEPT_RAW]
        self._to_skip -= step
        self._skipped += step
        if self._to_skip == 0:
            found.append(self._too_long(self._skipped))
        return place + step

    def _skip_line(self, place: int, found: list[bytes | Rejected]) -> int:
        match = _END.search(self._held, place)
        end = match.start() if match else len(self._held)
        self._skipped += end - place
        if match is None:
            return end
        found.append(self._too_long(self._skipped))
        return end + 1

    def _too_long(self, size: int) -> Rejected:
        self._state = _State.START
        reason = _(
            "the message has {size} bytes, more than {limit}; let the sender cut or split it",
            size=size,
            limit=self._limit,
        )
        return Rejected(reason, f"byte {self._limit}", self._head)
