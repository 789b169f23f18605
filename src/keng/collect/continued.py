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
        self._entry: Entry | None = None
        self._begun = self._grown = 0.0

    def feed(
        self, messages: Iterable[bytes | Rejected], now: float, whole: bool = False
    ) -> list[bytes | Rejected]:
        """Those that are complete; the last one may be held, unless it is known to be whole."""
        found: list[bytes | Rejected] = []
        entry = self._entry
        for message in messages:
            if isinstance(message, Rejected):
                if entry is not None:
                    found.append(entry.text)
                    entry = None
                found.append(message)
            elif entry is not None and now - self._begun <= HOLD_S and entry.goes_on(message):
                self._grown = now
            else:
                if entry is not None:
                    found.append(entry.text)
                entry = None
                text = message.lstrip(b" \t")
                if text.startswith(b"{") or b"\n" in text:
                    found.append(text)
                else:
                    entry = Entry(text, flat=True, max_bytes=self._limit)
                    self._begun = self._grown = now
        self._entry = entry
        return found + self.rest() if whole else found

    def patience(self, now: float) -> float | None:
        """How many seconds to wait for more before `rest` is due; None if nothing is held."""
        if self._entry is None:
            return None
        return min(self._grown + QUIET_S, self._begun + HOLD_S) - now

    def rest(self) -> list[bytes | Rejected]:
        """What is held, as it is."""
        entry, self._entry = self._entry, None
        return [entry.text] if entry is not None else []


def continued(messages: Iterable[bytes | Rejected], limit: int = MAX_MESSAGE_BYTES) -> list[bytes | Rejected]:
    """Messages that came together and are all there is."""
    return Continued(limit).feed(messages, 0.0, whole=True)
