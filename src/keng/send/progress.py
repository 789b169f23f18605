"""How the forwarder shows itself: a line that is rewritten on a terminal, lines of JSON for machines, words otherwise."""

import sys
import time

import msgspec

from keng.i18n import _
from keng.send.counts import Counts

JSON_EVERY_S = 10.0


class Progress:
    """Messages go to standard error; with as_json, a status every ten seconds and at the end to standard output."""

    EVERY_S = 0.5

    def __init__(self, as_json: bool) -> None:
        self.counts: list[Counts] = []
        self._json = as_json
        self._terminal = sys.stderr.isatty()
        self._before = (time.monotonic(), 0)
        self._rate = 0.0
        self._told = time.monotonic()
        self._drawn = False

    def say(self, text: str) -> None:
        """One message, on a line of its own."""
        self._clear()
        print(text, file=sys.stderr, flush=True)

    def show(self) -> None:
        """Draw the line anew, or write the status if it is time."""
        total = self.total()
        now = time.monotonic()
        then, sent = self._before
        if now - then >= 1.0:
            self._rate = (total.sent - sent) / (now - then)
            self._before = now, total.sent
        if self._json and now - self._told >= JSON_EVERY_S:
            self._told = now
            self._write(total, [])
        if self._terminal:
            self._clear()
            print(self._line(total), end="", file=sys.stderr, flush=True)
            self._drawn = True

    def finish(self, failures: list[str]) -> None:
        """The last words."""
        self._clear()
        total = self.total()
        for failure in failures:
            print(_("Error: {reason}", reason=failure), file=sys.stderr)
        if self._json:
            self._write(total, failures)
        else:
            print(self._line(total), file=sys.stderr, flush=True)

    def total(self) -> Counts:
        """The sum over all sources."""
        total = Counts()
        for counts in self.counts:
            for name in Counts.__struct_fields__:
                setattr(total, name, getattr(total, name) + getattr(counts, name))
        return total

    def _line(self, total: Counts) -> str:
        parts = [_("{count} records sent", count=total.sent)]
        if self._terminal and self._rate:
            parts.append(_("{rate}/s", rate=int(self._rate)))
        if total.behind_bytes:
            parts.append(_("{size} KiB to send", size=-(-total.behind_bytes >> 10)))
        if total.spool_bytes:
            parts.append(_("{size} KiB in the spool", size=-(-total.spool_bytes >> 10)))
        if total.doubles:
            parts.append(_("{count} files known already", count=total.doubles))
        if total.refused:
            parts.append(_("{count} refused", count=total.refused))
        if total.lost_bytes or total.dropped_lines:
            parts.append(
                _("LOST: {size} bytes, {count} lines", size=total.lost_bytes, count=total.dropped_lines)
            )
        if total.waiting:
            parts.append(_("waiting for the centre"))
        return " · ".join(parts)

    def _write(self, total: Counts, failures: list[str]) -> None:
        status = msgspec.to_builtins(total) | {"failures": failures}
        print(msgspec.json.encode(status).decode(), flush=True)

    def _clear(self) -> None:
        if self._drawn:
            print("\r\x1b[K", end="", file=sys.stderr)
            self._drawn = False
