"""Plain rules and correlations together, with state that can be saved beside the journal's cursor.

Event time decides, not arrival. The watermark is the newest event time seen (never beyond the time of arrival,
so that a clock in the future does not blind the correlations); correlations are computed up to the watermark
less the allowance for late events. `tick` moves it on when nothing arrives. An event later than the allowance
still counts in windows that are open. How the input is cut into batches changes nothing.
"""

from collections.abc import Sequence

from keng.detect.sigma.correlation_state import restore_state, save_state
from keng.detect.sigma.correlator import Correlator
from keng.detect.sigma.engine import Engine
from keng.detect.sigma.hit import time_of
from keng.detect.sigma.ruleset import RuleSet
from keng.model.detection import Detection
from keng.model.event import Event

DEFAULT_LATENESS_US = 1_000_000


class Detector:
    """One engine, one correlator. Not thread-safe. engine: of the same rule set, to be shared within one thread."""

    def __init__(
        self, ruleset: RuleSet, lateness_us: int = DEFAULT_LATENESS_US, engine: Engine | None = None
    ) -> None:
        self.ruleset = ruleset
        self.lateness_us = lateness_us
        self._engine = engine or Engine(ruleset)
        self._correlator = self._fresh()
        self._watermark = 0

    @property
    def watermark_us(self) -> int:
        """How far event time has come."""
        return self._watermark

    @property
    def losses(self) -> dict[str, int]:
        """What was left out of correlations: late (hits), groups, entries, hurried (hits); see `part.Losses`."""
        return self._correlator.losses.counts()

    def feed(self, events: Sequence[Event]) -> list[Detection]:
        """Detections that these events bring about: of plain rules at once, of correlations when time has passed."""
        detections = self._engine.match(events)
        if not self._correlator.parts:
            return detections
        return self.decide(*timed(events, detections))

    def decide(self, found: Sequence[tuple[int, Detection]], seen_us: int) -> list[Detection]:
        """As `feed`, of events that another engine has matched: what `timed` says of its detections."""
        correlator = self._correlator
        if not correlator.parts:
            return [detection for _us, detection in found]
        out: list[Detection] = []
        for before_us, detection in found:
            if detection.rule.id in correlator.by_rule:
                # Time has come as far as the events up to this one say, however they are cut into batches.
                self._watermark = max(self._watermark, before_us)
                out.extend(correlator.advance(self._watermark - self.lateness_us))
                out.extend(correlator.add(detection))
            if detection.rule.id not in correlator.silent:
                out.append(detection)
        self._watermark = max(self._watermark, seen_us)
        out.extend(correlator.advance(self._watermark - self.lateness_us))
        return out

    def tick(self, now_us: int) -> list[Detection]:
        """Let time pass without events (live streams; not for replays): what was waiting for it comes out."""
        if now_us > self._watermark:
            self._watermark = now_us
        return self._correlator.advance(self._watermark - self.lateness_us)

    def flush(self) -> list[Detection]:
        """End of the input: everything that waits is decided and open windows are closed."""
        out = self._correlator.advance(None)
        self._correlator = self._fresh()
        self._watermark = 0
        return out

    def save(self) -> bytes:
        """The whole state of the correlations."""
        return save_state(self._correlator, self._watermark)

    def restore(self, data: bytes) -> None:
        """Take up a saved state. What belongs to correlations that are gone or changed is left out.

        Raises `ValueError` if the bytes are no state; then nothing has changed.
        """
        fresh = self._fresh()
        self._watermark = restore_state(fresh, data)
        self._correlator = fresh

    def _fresh(self) -> Correlator:
        return Correlator(self.ruleset.rules, self.ruleset.correlations)


def timed(
    events: Sequence[Event], detections: Sequence[Detection]
) -> tuple[list[tuple[int, Detection]], int]:
    """Each detection (in the order of the events) with the newest time of the events up to its own; the newest of all."""
    found: list[tuple[int, Detection]] = []
    newest = place = 0
    for detection in detections:
        while place < len(events):
            event = events[place]
            newest = max(newest, time_of(event))
            if event is detection.event:
                break
            place += 1
        found.append((newest, detection))
    for event in events[place:]:
        newest = max(newest, time_of(event))
    return found, newest
