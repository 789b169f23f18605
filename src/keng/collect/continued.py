"""Lines that go on with the message before them, where a sender breaks a message of several lines over a stream. Pure.

    <11>May  1 12:00:00 srv app: java.lang.IllegalStateException: no
        at a.b.C.d(C.java:1)
    Caused by: …

What belongs together is told as in files (`model.multiline`), also where the indentation is gone. A stream's last message is
held until it is known whether more of it comes: whoever reads the stream asks `patience` how long to wait for that, and
then for `rest`. Nothing is held that cannot go on: a JSON object, a message whose length was told.
"""

from collections.abc import Iterable

from keng.collect.framing import MAX_MESSAGE_BYTES
from keng.model.multiline import Entry
from keng.model.rejected import Rejected

QUIET_S = 0.25
"""So long may the next line of a message be in coming."""
HOLD_S = 2.0
"""No message is held longer, however often it goes on."""


class Continued:
    """One connection's messages. limit: bytes of one of several lines. Times are seconds of any steady clock."""

    def __init__(self, limit: int = MAX_MESSAGE_BYTES) -> None:
        self._limit = limit
        self._first: bytes | None = None  # of what is held
        self._entry: Entry | None = None  # made of it when a line comes that may go on with it
        self._begun = self._grown = 0.0

    def feed(
        self, messages: Iterable[bytes | Rejected], now: float, whole: bool = False
    ) -> list[bytes | Rejected]:
        """Those that are complete; the last one may be held, unless it is known to be whole."""
        found: list[bytes | Rejected] = []
        for message in messages:
            if isinstance(message, Rejected):
                found += self.rest()
                found.append(message)
                continue
            # What begins with a priority begins a message; so do most lines, and are done with soonest.
            own = message[:1] == b"<" and message[1:2].isdigit()
            if self._first is not None:
                if not own and self._goes_on(message, now):
                    continue
                found.append(self._first if self._entry is None else self._entry.text)
                self._first = self._entry = None
            text = message if own else message.lstrip(b" \t")
            if text[:1] == b"{" or b"\n" in text:
                found.append(text)
            else:
                self._first = text
                self._begun = self._grown = now
        return found + self.rest() if whole else found

    def patience(self, now: float) -> float | None:
        """How many seconds to wait for more before `rest` is due; None if nothing is held."""
        if self._first is None:
            return None
        return min(self._grown + QUIET_S, self._begun + HOLD_S) - now

    def rest(self) -> list[bytes | Rejected]:
        """What is held, as it is."""
        first, entry = self._first, self._entry
        self._first = self._entry = None
        return [] if first is None else [first if entry is None else entry.text]

    def _goes_on(self, line: bytes, now: float) -> bool:
        if self._first is None or now - self._begun > HOLD_S:
            return False
        if self._entry is None:
            self._entry = Entry(self._first, flat=True, max_bytes=self._limit)
        if not self._entry.goes_on(line):
            return False
        self._grown = now
        return True


def continued(messages: Iterable[bytes | Rejected], limit: int = MAX_MESSAGE_BYTES) -> list[bytes | Rejected]:
    """Messages that came together and are all there is."""
    return Continued(limit).feed(messages, 0.0, whole=True)
