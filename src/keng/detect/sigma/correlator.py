"""Correlations over hits of rules, in the order of event time.

Hits are put in by `add` in any order and taken in order of time by `advance(until)`: what is older than
`until` is final. State is bounded: groups, entries in a group and entries in all; the groups that have been
quiet longest are given up first. Grouping and counting of values ignore case, as all of Sigma does.
"""

import heapq
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from keng.detect.sigma.rule import Correlation, Rule
from keng.detect.sigma.values import number_of, scalars, text_of
from keng.detect.sigma.window import MAX_ENTRIES, Entry, Window, is_sliding, satisfied
from keng.model.detection import Detection
from keng.model.event import Event

MAX_GROUPS = 50_000
MAX_ORDERED = 1_000
"""Entries of a group where order counts, in which runs of one rule are already one entry."""
MAX_TOTAL = 400_000
Key = tuple[str, ...]


class Hit(NamedTuple):
    """A rule or correlation that matched. ids: of all events behind it; group: of a correlation, else empty."""

    time_us: int
    event_id: str
    rule_id: str
    event: Event
    ids: tuple[str, ...]
    group: dict[str, Any]


class Part:
    """One correlation with its groups. places: id and name of each referenced rule to its place."""

    def __init__(self, number: int, correlation: Correlation, identity: Mapping[str, str]) -> None:
        self.number = number
        self.correlation = correlation
        self.sliding = is_sliding(correlation)
        self.places: dict[str, int] = {}
        self.names: dict[str, tuple[str, ...]] = {}
        for written in dict.fromkeys(correlation.rules):
            rule_id = identity[written]
            self.places.setdefault(rule_id, len(self.places))
            self.names[rule_id] = tuple(name for name, known in identity.items() if known == rule_id)
        largest = max(threshold.value for threshold in correlation.conditions)
        self.keep = max(MAX_ENTRIES, int(largest) + 1 if largest < MAX_TOTAL else 0)
        self.ordered = correlation.kind == "temporal_ordered"
        if self.ordered:
            self.keep = MAX_ORDERED
        self.groups: OrderedDict[Key, Window] = OrderedDict()
        self.labels: dict[Key, dict[str, Any]] = {}
        self.last: dict[Key, Event] = {}
        self.total = 0

    def field(self, name: str, rule_id: str) -> str:
        """The event's field for a group-by name, through the aliases."""
        alias = self.correlation.aliases.get(name)
        if alias:
            for known in (*self.names.get(rule_id, ()), rule_id):
                if known in alias:
                    return alias[known]
        return name

    def remove(self, key: Key) -> None:
        """Forget a group."""
        window = self.groups.pop(key, None)
        if window is not None:
            self.total -= len(window.entries)
        self.labels.pop(key, None)
        self.last.pop(key, None)


class Correlator:
    """All correlations of a rule set. dropped: groups given up for want of room."""

    def __init__(self, rules: Sequence[Rule], correlations: Sequence[Correlation]) -> None:
        identity: dict[str, str] = {}
        named = [(rule.info.id, rule.name) for rule in rules]
        named += [(correlation.info.id, correlation.name) for correlation in correlations]
        for rule_id, name in named:
            identity[rule_id] = rule_id
            if name:
                identity.setdefault(name, rule_id)
        self.parts = [Part(number, correlation, identity) for number, correlation in enumerate(correlations)]
        self.by_rule: dict[str, list[Part]] = {}
        loud: set[str] = set()
        for part in self.parts:
            for rule_id in part.places:
                self.by_rule.setdefault(rule_id, []).append(part)
                if part.correlation.generate:
                    loud.add(rule_id)
        self.silent = frozenset(self.by_rule) - loud
        self.pending: list[Hit] = []
        self.open: list[tuple[int, int, Key]] = []
        self.dropped = 0

    def add(self, detection: Detection) -> None:
        """Take a detection of a plain rule that some correlation refers to; others are left alone."""
        if detection.rule.id in self.by_rule:
            event = detection.event
            self.pending.append(Hit(time_of(event), event.id, detection.rule.id, event, (event.id,), {}))

    def advance(self, until_us: int | None) -> list[Detection]:
        """Process everything up to `until_us`, in order of event time; None: everything there is."""
        if until_us is None:
            ready, self.pending = self.pending, []
        else:
            ready = [hit for hit in self.pending if hit.time_us <= until_us]
            if ready:
                self.pending = [hit for hit in self.pending if hit.time_us > until_us]
        ready.sort(key=lambda hit: (hit.time_us, hit.event_id, hit.rule_id))
        out: list[Detection] = []
        for hit in ready:
            self._close(hit.time_us, out)
            self._process(hit, out)
        self._close(until_us, out)
        return out

    def reopen(self, closes_us: int, number: int, key: Key) -> None:
        """Put a restored closed window back among those that wait for their end."""
        heapq.heappush(self.open, (closes_us, number, key))

    def _process(self, hit: Hit, out: list[Detection]) -> None:
        for part in self.by_rule.get(hit.rule_id, ()):
            key, label = _group(part, hit)
            if key is None:
                continue
            for values in _values(part, hit):
                detection = self._enter(part, key, label, hit, values)
                if detection is not None:
                    self._emit(part, detection, out)

    def _enter(
        self, part: Part, key: Key, label: dict[str, Any], hit: Hit, values: tuple[Any, ...]
    ) -> Detection | None:
        correlation = part.correlation
        window = part.groups.get(key)
        if window is None:
            window = part.groups[key] = Window()
            part.labels[key] = label
        part.groups.move_to_end(key)
        before = len(window.entries)
        if not part.sliding and not before:
            window.opened_us = window.newest_us = hit.time_us
            heapq.heappush(self.open, (hit.time_us + correlation.timespan_us, part.number, key))
        behind = hit.ids if hit.ids != (hit.event_id,) else ()
        entry = Entry(hit.time_us, hit.event_id, part.places[hit.rule_id], values, behind)
        if not window.add(entry, correlation.timespan_us, part.keep, part.ordered):
            return None
        part.last[key] = hit.event
        found = None
        if part.sliding:
            window.slide(correlation.timespan_us)
            found = self._look(part, key, window, hit)
        part.total += len(window.entries) - before
        self._bound(part, hit.time_us)
        return found

    @staticmethod
    def _look(part: Part, key: Key, window: Window, hit: Hit) -> Detection | None:
        """A sliding window tells once when its condition comes true, and again each `span` while it stays so."""
        figure = window.figure(part.correlation)
        if not satisfied(part.correlation, figure):
            window.active = False
            return None
        if window.active and hit.time_us - window.fired_us < part.correlation.timespan_us:
            return None
        window.active = True
        window.fired_us = hit.time_us
        return _detection(part, key, window, hit.event, figure)

    def _close(self, until_us: int | None, out: list[Detection]) -> None:
        while self.open and (until_us is None or self.open[0][0] < until_us):
            _, number, key = heapq.heappop(self.open)
            part = self.parts[number]
            window = part.groups.get(key)
            if window is None or not window.entries:
                continue
            figure = window.figure(part.correlation)
            if satisfied(part.correlation, figure):
                self._emit(part, _detection(part, key, window, part.last[key], figure), out)
            part.remove(key)

    def _emit(self, part: Part, detection: Detection, out: list[Detection]) -> None:
        if part.correlation.info.id not in self.silent:
            out.append(detection)
        if part.correlation.info.id in self.by_rule:
            event = detection.event
            identity = f"{part.correlation.info.id}:{event.id}"
            self._process(
                Hit(
                    time_of(event),
                    identity,
                    part.correlation.info.id,
                    event,
                    detection.event_ids,
                    detection.group,
                ),
                out,
            )

    def _bound(self, part: Part, now_us: int) -> None:
        while part.groups:
            key = next(iter(part.groups))
            old = part.sliding and part.groups[key].newest_us < now_us - 2 * part.correlation.timespan_us
            if not old and len(part.groups) <= MAX_GROUPS and part.total <= MAX_TOTAL:
                return
            self.dropped += not old
            part.remove(key)


def time_of(event: Event) -> int:
    """The event's own time, but never after its arrival: a clock in the future must not hold it back for ever."""
    if event.received_us and event.received_us < event.time_us:
        return event.received_us
    return event.time_us


def _group(part: Part, hit: Hit) -> tuple[Key | None, dict[str, Any]]:
    """The group's key and its values as they are shown; (None, …) if the event lacks one of the fields."""
    key: list[str] = []
    label: dict[str, Any] = {}
    for name in part.correlation.group_by:
        field = part.field(name, hit.rule_id)
        value = hit.group.get(field, hit.event.fields.get(field))
        texts = [text for part_value in scalars(value) if (text := text_of(part_value)) is not None]
        if not texts:
            return None, {}
        key.append("\0".join(texts).casefold())
        label[name] = value
    return tuple(key), label


def _values(part: Part, hit: Hit) -> Iterator[tuple[Any, ...]]:
    """What the event adds: nothing for counts of events, else its values; several if a field holds a list."""
    correlation = part.correlation
    if not correlation.fields:
        yield ()
        return
    fields = hit.event.fields
    names = [part.field(name, hit.rule_id) for name in correlation.fields]
    if correlation.kind == "value_count":
        texts = [
            [text.casefold() for v in scalars(fields.get(name)) if (text := text_of(v)) is not None]
            for name in names
        ]
        if all(texts):
            # The values of several fields together are one value.
            yield from (
                ((value,) for value in texts[0]) if len(texts) == 1 else [tuple("\0".join(t) for t in texts)]
            )
        return
    for value in scalars(fields.get(names[0])):
        number = number_of(value)
        if number is not None:
            yield (number,)


def _detection(part: Part, key: Key, window: Window, event: Event, figure: float) -> Detection:
    group = part.labels.get(key, {})
    shown = int(figure) if float(figure).is_integer() else figure
    return Detection(
        rule=part.correlation.info,
        event=event,
        matched={**group, part.correlation.kind: shown},
        event_ids=window.event_ids() or (event.id,),
        group=dict(group),
    )
