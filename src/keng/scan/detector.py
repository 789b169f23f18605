"""The engine over files: plain rules at once, correlations over the hits of all files in the order of event time.

Files are read one after another, so time goes back between them. Hits that correlations wait for are therefore
kept and put in order at the end; beyond PENDING of them the older half is decided first (one log in the
order of time loses nothing by that).
"""

from collections.abc import Sequence

from keng.detect.sigma.correlator import Correlator
from keng.detect.sigma.engine import Engine
from keng.detect.sigma.ruleset import RuleSet
from keng.model.detection import Detection
from keng.model.event import Event
from keng.scan.side_sieves import SideSieves
from keng.scan.sieve import FileSieve

PENDING = 60_000


class FileDetector:
    """Stateful over one scan. Not thread-safe."""

    def __init__(self, ruleset: RuleSet, pending: int = PENDING) -> None:
        self._engine = Engine(ruleset)
        self._correlator = Correlator(ruleset.rules, ruleset.correlations, pending, whole=True)

    def sieve(self) -> FileSieve:
        """Lets through what these rules may match."""
        return FileSieve(self._engine)

    def side_sieves(self, processes: int) -> SideSieves:
        """The same with processes beside; to be closed."""
        return SideSieves(self._engine, processes)

    def feed(self, events: Sequence[Event]) -> list[Detection]:
        """Detections of plain rules in these events, and of correlations that had to be decided."""
        detections = self._engine.match(events)
        correlator = self._correlator
        if not correlator.parts:
            return detections
        out: list[Detection] = []
        for detection in detections:
            if detection.rule.id in correlator.by_rule:
                detection.event.raw = ""  # kept until the end: without the text
                out.extend(correlator.add(detection))
            if detection.rule.id not in correlator.silent:
                out.append(detection)
        return out

    def flush(self) -> list[Detection]:
        """The end of the input: correlations over everything that waits."""
        return self._correlator.advance(None)
