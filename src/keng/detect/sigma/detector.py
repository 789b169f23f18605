"""Plain rules and correlations together, with state that can be saved beside the journal's cursor.

Event time decides, not arrival. The watermark is the newest event time seen (never beyond the time of arrival,
so that a clock in the future does not blind the correlations); correlations are computed up to the watermark
less the allowance for late events. `tick` moves it on when nothing arrives. An event later than the allowance
still counts in windows that are open.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from keng.detect.sigma.correlator import Correlator, Hit, Key, time_of
from keng.detect.sigma.engine import Engine
from keng.detect.sigma.ruleset import RuleSet
from keng.detect.sigma.window import Entry, Window
from keng.model.detection import Detection
from keng.model.event import Event

DEFAULT_LATENESS_US = 1_000_000


class _Group(msgspec.Struct, array_like=True):
    key: tuple[str, ...]
    label: dict[str, Any]
    last: Event
    entries: list[Entry]
    active: bool
    fired_us: int
    newest_us: int
    opened_us: int


class _State(msgspec.Struct):
    """version: of this form; parts: correlation id → (digest of its definition, groups)."""

    version: int
    watermark_us: int
    pending: list[Hit]
    parts: dict[str, tuple[str, list[_Group]]]


class Detector:
    """One engine, one correlator. Not thread-safe."""

    def __init__(self, ruleset: RuleSet, lateness_us: int = DEFAULT_LATENESS_US) -> None:
        self.ruleset = ruleset
        self.lateness_us = lateness_us
        self._engine = Engine(ruleset)
        self._correlator = Correlator(ruleset.rules, ruleset.correlations)
        self._watermark = 0

    @property
    def watermark_us(self) -> int:
        """How far event time has come."""
        return self._watermark

    def feed(self, events: Sequence[Event]) -> list[Detection]:
        """Detections that these events bring about: of plain rules at once, of correlations when time has passed."""
        detections = self._engine.match(events)
        correlator = self._correlator
        if not correlator.parts:
            return detections
        for event in events:
            time_us = time_of(event)
            if time_us > self._watermark:
                self._watermark = time_us
        out = []
        for detection in detections:
            correlator.add(detection)
            if detection.rule.id not in correlator.silent:
                out.append(detection)
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
        self._correlator = Correlator(self.ruleset.rules, self.ruleset.correlations)
        self._watermark = 0
        return out

    def save(self) -> bytes:
        """The whole state of the correlations."""
        parts = {}
        for part in self._correlator.parts:
            groups = [
                _Group(
                    key, part.labels[key], part.last[key], list(window.entries), window.active, window.fired_us,
                    window.newest_us, window.opened_us,
                )
                for key, window in part.groups.items()
                if key in part.last
            ]  # fmt: skip
            parts[part.correlation.info.id] = (_digest(part.correlation), groups)
        return msgspec.msgpack.encode(_State(1, self._watermark, self._correlator.pending, parts))

    def restore(self, data: bytes) -> None:
        """Take up a saved state. What belongs to correlations that are gone or changed is left out.

        Raises `ValueError` if the bytes are no state.
        """
        try:
            state = msgspec.msgpack.decode(data, type=_State)
        except msgspec.DecodeError as error:
            raise ValueError(f"not a saved detector state: {error}") from error
        if state.version != 1:
            raise ValueError(f"the saved detector state has version {state.version}, not 1")
        self._correlator = Correlator(self.ruleset.rules, self.ruleset.correlations)
        self._watermark = state.watermark_us
        self._correlator.pending = [hit for hit in state.pending if hit.rule_id in self._correlator.by_rule]
        for number, part in enumerate(self._correlator.parts):
            digest, groups = state.parts.get(part.correlation.info.id, ("", []))
            if digest != _digest(part.correlation):
                continue
            for group in groups:
                window = Window()
                for entry in group.entries:
                    window.add(entry, part.correlation.timespan_us, part.keep, part.ordered)
                window.active, window.fired_us = group.active, group.fired_us
                window.newest_us, window.opened_us = group.newest_us, group.opened_us
                key: Key = group.key
                part.groups[key] = window
                part.labels[key], part.last[key] = group.label, group.last
                part.total += len(window.entries)
                if not part.sliding and window.entries:
                    self._correlator.reopen(window.opened_us + part.correlation.timespan_us, number, key)


def _digest(value: msgspec.Struct) -> str:
    return hashlib.sha256(msgspec.json.encode(value)).hexdigest()[:16]
