"""The work on a slice that needs nothing of what came before: prepare, match plain rules, make columns for the store."""

from collections.abc import Callable, Sequence
from typing import Protocol

from keng.detect.sigma import RuleSet
from keng.detect.sigma.detector import timed
from keng.detect.sigma.engine import Engine
from keng.journal.base import Packed
from keng.journal.sqlite import opened
from keng.model.event import Event
from keng.runtime.evaluated import DOUBLE, WANTED, Ask, Evaluated, found
from keng.runtime.isolation import detections_of
from keng.runtime.prepare import Preparation
from keng.runtime.sights import sightings_of
from keng.state.quarantine import Refused
from keng.store.insert import ArrowColumns


class Looks(Protocol):
    """Takes note of events; see `Census`."""

    def look(self, events: Sequence[Event]) -> None: ...


class OtherRulesError(Exception):
    """The rules on disk are not those that were asked for: a set is being switched."""


class Evaluator:
    """Not for two threads at once. load: reads the rules. census: told of each slice once."""

    def __init__(
        self,
        preparation: Preparation,
        columns: ArrowColumns,
        load: Callable[[], RuleSet],
        census: Looks,
    ) -> None:
        self._preparation = preparation
        self._columns = columns
        self._load = load
        self._census = census
        self.use_rules(load())

    def use_rules(self, ruleset: RuleSet) -> None:
        """Match these from now on."""
        self._rules = ruleset.content_hash
        self._engine = Engine(ruleset)
        self._places = {id(rule.info): place for place, rule in enumerate(ruleset.rules)}

    def evaluate(self, ask: Ask) -> Evaluated:
        """One slice. Raises OtherRulesError, StoreError."""
        if ask.rules != self._rules:
            ruleset = self._load()
            if ask.rules != ruleset.content_hash:
                raise OtherRulesError(f"rules {ask.rules} are asked for, {ruleset.content_hash} are there")
            self.use_rules(ruleset)
        entries = [opened(Packed(*one)) for one in ask.entries]
        prepared = self._preparation.prepare(entries)
        events = [event for _id, event in prepared.events]
        stored = events
        if ask.marks:
            marked = list(zip(ask.marks, events, strict=True))
            events = [event for mark, event in marked if mark != DOUBLE]
            stored = [event for mark, event in marked if mark == WANTED]
        else:
            self._census.look(events)
        undetected: list[Refused] = []
        detections = detections_of(self._engine.match, events, undetected)
        known, seen_us = timed(events, detections)
        return Evaluated(
            b"".join([name for name, _event in prepared.events]),
            prepared.refused,
            undetected,
            list(self._columns.made(stored)),
            [found(before_us, self._places[id(one.rule)], one) for before_us, one in known],
            seen_us,
            sightings_of(entries, events, prepared.refused),
            [event.received_us for event in events],
            sum(not event.parsed for event in events),
            self._rules,
        )
