"""Progress and messages while a scan runs, on standard error. Bounded: a file's problems after the first are counted."""

import re
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from keng.i18n import _
from keng.model.rejected import Rejected
from keng.scan.shown import shown
from keng.scan.summary import Summary
from keng.scan.terminal import number

_PER_PLACE = 10
_IN_ALL = 500
_LONG = 1.0
_EVERY = 0.1


_UNITS = re.compile(r"\b(line|byte|record|column)\b")


def placed(text: str) -> str:
    """A place in a file in the reader's language."""
    words = {"line": _("line"), "byte": _("byte"), "record": _("record"), "column": _("column")}
    return _UNITS.sub(lambda match: words[match[1]], shown(text, 100))


class Messages:
    """Prints each problem with its place; shows a progress bar once a run takes longer than a second on a terminal."""

    def __init__(self, console: Console, total_bytes: int) -> None:
        self._console = console
        self._total = total_bytes
        self._started = self._drawn = monotonic()
        self._place = ""
        self._here = 0
        self._printed = 0
        self._bar: Progress | None = None

    def problem(self, where: str, problem: Rejected) -> None:
        """One damage: file, place in it, what is wrong."""
        if where != self._place:
            self._end_of_place()
            self._place, self._here = where, 0
        self._here += 1
        if self._here > _PER_PLACE or self._printed >= _IN_ALL:
            return
        self._printed += 1
        position = f" ({placed(problem.position)})" if problem.position else ""
        self._print(f"{shown(where, 500)}{position}: {shown(problem.reason, 400)}")
        if self._printed == _IN_ALL:
            self._print(_("More problems are only counted from here on."))

    def _end_of_place(self) -> None:
        if self._here > _PER_PLACE and self._printed < _IN_ALL:
            more = number(self._here - _PER_PLACE)
            self._print(
                _("{file}: {count} more problems like these", file=shown(self._place, 500), count=more)
            )

    def _print(self, text: str) -> None:
        self._console.print(Text(text, style="yellow"), soft_wrap=True)

    def advanced(self, done_bytes: int, summary: Summary) -> None:
        """Draw, at most ten times a second."""
        now = monotonic()
        if now - self._drawn < _EVERY or not self._console.is_terminal or now - self._started < _LONG:
            return
        self._drawn = now
        if self._bar is None:
            self._bar = Progress(
                SpinnerColumn(),
                BarColumn(),
                DownloadColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.description}", markup=False),
                console=self._console,
                transient=True,
            )
            self._bar.start()
            self._bar.add_task("", total=self._total or None)
        text = _(
            "{events} events, {detections} detections",
            events=number(summary.events),
            detections=number(summary.detections),
        )
        self._bar.update(self._bar.task_ids[0], completed=done_bytes, description=text)

    def close(self) -> None:
        """Remove the bar, say what is left to say."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
        self._end_of_place()
        self._here = 0
