"""The scan itself: files → logs → events → detector → sinks, one batch at a time."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import IO, Protocol

from keng.formats.base import Passed, Sieve
from keng.i18n import _
from keng.i18n.system_error import system_error
from keng.model.detection import Detection
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.scan.detector import FileDetector
from keng.scan.events import read_events
from keng.scan.open import Log, open_logs
from keng.scan.refused import Refused
from keng.scan.sinks import Sink
from keng.scan.summary import Summary
from keng.scan.walk import Found, find_files


class Observer(Protocol):
    """Hears how the scan goes on: for progress and messages."""

    def problem(self, where: str, problem: Rejected) -> None: ...
    def advanced(self, done_bytes: int, summary: Summary) -> None: ...


class Scan:
    """One run over paths. `run()` returns the summary; detections below `level` are not counted and not given on.

    own: the files that this scan writes, by `walk.identity`; a folder that holds them is read without them.
    zone: of times that name none; None for UTC. sieve: the detector's own by default.
    """

    def __init__(
        self,
        detector: FileDetector,
        sinks: Sequence[Sink],
        observer: Observer,
        level: Severity,
        own: frozenset[tuple[int, int]] = frozenset(),
        zone: tzinfo | None = None,
        sieve: Sieve | None = None,
    ) -> None:
        self._own = own
        self._zone = zone
        self._detector = detector
        self._sieve = sieve or detector.sieve()
        self._sinks = sinks
        self._observer = observer
        self._level = level
        self._file_now: IO[bytes] | None = None
        self.summary = Summary()

    def run(self, arguments: Sequence[str]) -> Summary:
        """Scan every file under the arguments."""
        for found in find_files(arguments, self._own):
            if isinstance(found, Refused):
                self._problem(found.where, found.problem)
            else:
                self._file(found)
        self._give(self._detector.flush())
        return self.summary

    def _file(self, found: Found) -> None:
        self.summary.files += 1
        events_before = self.summary.events
        try:
            with found.path.open("rb") as file:
                self._file_now = file
                for log in open_logs(file, found.label, found.size, found.changed_us):
                    if isinstance(log, Refused):
                        self._problem(log.where, log.problem)
                    else:
                        self._log(log)
        except OSError as error:
            self._problem(found.label, Rejected(_("cannot be read: {error}", error=system_error(error))))
        self.summary.bytes += found.size
        if self.summary.events == events_before:
            self.summary.unreadable += 1
        self._file_now = None
        self._observer.advanced(self.summary.bytes, self.summary)

    def _log(self, log: Log) -> None:
        for batch in read_events(log, self._zone, self._sieve):
            if isinstance(batch, Rejected):
                self._problem(log.label, batch)
                continue
            if isinstance(batch, Passed):
                self.summary.events += batch.number
                self.summary.formats[batch.format] += batch.number
            else:
                self.summary.events += len(batch)
                for event in batch:
                    self.summary.formats[event.format] += 1
                self._give(self._detector.feed(batch))
            here = self._file_now.tell() if self._file_now else 0
            self._observer.advanced(self.summary.bytes + here, self.summary)

    def _give(self, detections: Sequence[Detection]) -> None:
        for found in detections:
            if found.rule.severity < self._level:
                continue
            self.summary.add(found)
            for sink in self._sinks:
                sink.take(found)

    def _problem(self, where: str, problem: Rejected) -> None:
        self.summary.problem(where, problem)
        self._observer.problem(where, problem)
