"""Rules over the whole history: slice by slice, with the same outcome as the engine on every stored event.

Plain rules are reported slice by slice. Correlations need the order of time over all of history: the few events on
which one of their rules holds are kept (at most `MAX_KEPT`) and go through a detector in that order at the end.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from keng.detect.sigma import Detector, Engine, RuleSet
from keng.detect.sigma.correlator import Correlator
from keng.detect.sigma.retro import RetroSearch
from keng.detect.sigma.retro_source import RetroSource
from keng.model.detection import Detection
from keng.model.event import Event, LogSource
from keng.model.probe import Selection
from keng.runtime.prepare import Steps
from keng.runtime.revive import Reviver
from keng.store.base import Agencies
from keng.store.history import History, Slice

MAX_KEPT = 200_000
MAX_BY_WORD = 2_000
"""Events of a log source in which a keyword may be, that are loaded at once; of more, all fields are looked at first."""
MAX_PER_RULE = 10_000
"""A rule with more matches in history is noise there: it is counted so far, named, and looked for no longer."""


class Progress(NamedTuple):
    """slices done of all, events of these."""

    slices: int
    total: int
    events: int
    of_events: int


class CancelledError(Exception):
    """Somebody has ended the search."""


class Found(NamedTuple):
    """Detections of one slice, or of the correlations at the end."""

    detections: list[Detection]
    progress: Progress


class Retro:
    """One search of one rule set. events: loaded so far; noisy: ids of rules that were given up;
    silent: ids of those that speak only through correlations."""

    def __init__(
        self,
        ruleset: RuleSet,
        history: History,
        steps: Steps,
        agencies: Agencies = None,
        per_rule: int = MAX_PER_RULE,
        lateness_us: int = 1_000_000,
    ) -> None:
        self._ruleset = ruleset
        self._history = history
        self._agencies = agencies
        self._search = RetroSearch(ruleset, history.field_names())
        self._engine = Engine(ruleset)
        self._reviver = Reviver(steps)
        self._per_rule = per_rule
        self._lateness_us = lateness_us
        self._counts: Counter[str] = Counter()
        correlator = Correlator(ruleset.rules, ruleset.correlations)
        self.silent, self._correlated = correlator.silent, frozenset(correlator.by_rule)
        self._kept: dict[str, Event] = {}
        self.noisy: set[str] = set()
        self.overflowed = False
        self.loaded = 0
        self._cancelled: Callable[[], bool] = lambda: False

    def run(
        self,
        slices: Iterable[Slice],
        pause_s: float = 0.0,
        cancelled: Callable[[], bool] = lambda: False,
        done: int = 0,
        stop: threading.Event | None = None,
    ) -> Iterator[Found]:
        """Search the slices one after another. pause_s: seconds of rest for each second of work.

        done: slices already searched, at the head. cancelled: asked before each statement. Raises CancelledError, StoreError.
        """
        self._cancelled = cancelled
        parts = list(slices)
        of_events = sum(part.events for part in parts)
        events = sum(part.events for part in parts[:done])
        for number, part in enumerate(parts[done:], done + 1):
            self._look()
            started = time.monotonic()
            detections = self.slice(part)
            events += part.events
            yield Found(detections, Progress(number, len(parts), events, of_events))
            rest = min(pause_s * (time.monotonic() - started), 60.0)
            if rest and (stop or threading.Event()).wait(rest):
                raise CancelledError
        if self._ruleset.correlations:
            yield Found(self.correlations(), Progress(len(parts), len(parts), events, of_events))

    def slice(self, part: Slice) -> list[Detection]:
        """Detections of plain rules in a slice; what correlations need is kept."""
        found: list[Detection] = []
        for events in self.candidates(part):
            self.loaded += len(events)
            for detection in self._engine.match(events):
                rule = detection.rule.id
                if rule in self._correlated:
                    self._keep(detection.event)
                if rule in self.silent or rule in self.noisy:
                    continue
                found.append(detection)
                self._counts[rule] += 1
                if self._counts[rule] >= self._per_rule:
                    self.noisy.add(rule)
                    if rule not in self._correlated:
                        self._search.drop([rule])
        return found

    def candidates(self, part: Slice) -> Iterator[list[Event]]:
        """The events of a slice in which a rule may hold."""
        search, history, agencies = self._search, self._history, self._agencies
        kinds: dict[LogSource, dict[str, int]] = {}
        for logsource, event_id, events in history.kinds(part, agencies):
            kinds.setdefault(logsource, {})[event_id] = events
        chosen: dict[LogSource, tuple[RetroSource, Selection]] = {}
        for logsource, event_ids in kinds.items():
            source = search.source(logsource, event_ids)
            if source is not None and (selection := self._selection(part, logsource, source)):
                chosen[logsource] = source, selection
        words = dict.fromkeys([word for _source, selection in chosen.values() for word in selection.words])
        self._look()
        by_word = history.with_words(part, tuple(words), MAX_BY_WORD, agencies) if words else {}
        for logsource, (source, selection) in chosen.items():
            self._look()
            places = by_word.get(logsource, []) if selection.words else []
            if places is not None:
                selection = selection._replace(words=())
            rows = history.looks(part, logsource, selection, source.read, agencies) if selection else ()
            looked = [place for row in rows if source.worth(row) for place in row.places]
            for stored in history.events(part, tuple({*looked, *(places or ())}), agencies):
                self._look()
                yield [self._reviver.event(one) for one in stored]

    def _selection(self, part: Slice, logsource: LogSource, source: RetroSource) -> Selection:
        """What to look at in a log source."""
        self._look()
        selection = source.choose(self._history.values(part, logsource, source.fields, self._agencies))
        if not selection.clauses:
            return selection
        few = Selection(clauses=selection.clauses)
        rows = self._history.looks(part, logsource, few, source.narrow, self._agencies, places=False)
        return source.narrowed(selection, rows)

    def correlations(self) -> list[Detection]:
        """What correlations say of the kept events, in order of event time."""
        detector = Detector(self._ruleset, lateness_us=self._lateness_us)
        ordered = sorted(self._kept.values(), key=lambda event: (event.time_us, event.offset, event.id))
        found = [*detector.feed(ordered), *detector.flush()]
        return [detection for detection in found if detection.rule.correlation]

    def _look(self) -> None:
        if self._cancelled():
            raise CancelledError

    def _keep(self, event: Event) -> None:
        if len(self._kept) < MAX_KEPT:
            self._kept[event.id] = event
        elif event.id not in self._kept:
            self.overflowed = True
