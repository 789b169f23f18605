"""One correlation and its groups: takes hits, says what it found. State is bounded by a `Room` that parts share."""

import heapq
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from keng.detect.sigma.hit import Hit, group_text, numbers_counted, texts_counted
from keng.detect.sigma.rule import Correlation
from keng.detect.sigma.window import BEGINNING, MAX_ENTRIES, Entry, Window, is_sliding, satisfied
from keng.model.detection import Detection
from keng.model.event import Event

MAX_ORDERED = 1_000
"""Entries of a group where order counts, in which runs of one rule are already one entry."""
MAX_KEPT = 400_000
Key = tuple[str, ...]
Deadline = tuple[int, int, Key]


class Losses:
    """What was left out of correlations, and why; counts since the start or the saved state.

    late: hits older than the window that they belong to; groups: given up for want of room, the longest quiet
    first; entries: oldest events of groups with too many; hurried: hits put in order before the allowance for late
    events was over, because too many waited.
    """

    __slots__ = ("entries", "groups", "hurried", "late")

    def __init__(self) -> None:
        self.late = self.groups = self.entries = self.hurried = 0

    def counts(self) -> dict[str, int]:
        """All four by name."""
        return {name: getattr(self, name) for name in ("late", "groups", "entries", "hurried")}


class Found(NamedTuple):
    """What a window amounted to. due_us: how far time had come when it was completed."""

    detection: Detection
    due_us: int


class Part:
    """One correlation with its groups. places: id and name of each referenced rule to its place.

    deadlines: shared by all parts, a heap of (when a window is over, number of the part, key of the group).
    """

    def __init__(
        self,
        number: int,
        correlation: Correlation,
        identity: Mapping[str, str],
        deadlines: list[Deadline],
        losses: Losses,
    ) -> None:
        self.number = number
        self.correlation = correlation
        self.deadlines = deadlines
        self.losses = losses
        self.sliding = is_sliding(correlation)
        self.waiting = correlation.kind == "absence"
        self.places: dict[str, int] = {}
        self.names: dict[str, tuple[str, ...]] = {}
        for written in dict.fromkeys(correlation.rules):
            rule_id = identity[written]
            self.places.setdefault(rule_id, len(self.places))
            self.names[rule_id] = tuple(name for name, known in identity.items() if known == rule_id)
        largest = max((threshold.value for threshold in correlation.conditions), default=0)
        self.keep = max(MAX_ENTRIES, int(largest) + 1 if largest < MAX_KEPT else 0)
        self.distinct = correlation.kind in ("value_count", "temporal")
        self.ordered = correlation.kind == "temporal_ordered" and self.sliding
        if correlation.kind == "temporal_ordered":
            self.keep = MAX_ORDERED
        self.terms = [
            tuple(
                sorted({self.places[identity[name]] for name in names})
                for names in (term.needed, term.forbidden)
            )
            for term in correlation.terms
        ]
        self.groups: OrderedDict[Key, Window] = OrderedDict()
        self.labels: dict[Key, dict[str, Any]] = {}
        self.last: dict[Key, Event] = {}
        self.entries = 0

    def field(self, name: str, rule_id: str) -> str:
        """The event's field for a group-by name, through the aliases."""
        alias = self.correlation.aliases.get(name)
        if alias:
            for known in (*self.names.get(rule_id, ()), rule_id):
                if known in alias:
                    return alias[known]
        return name

    def fields(self) -> set[str]:
        """Every field of events that grouping and counting may look at."""
        written = {*self.correlation.group_by, *self.correlation.fields}
        return written | {name for alias in self.correlation.aliases.values() for name in alias.values()}

    def take(self, hit: Hit) -> list[Found]:
        """Take one hit; what it completes comes back."""
        key, label = self._group(hit)
        if key is None:
            return []
        values = self._values(hit)
        if not values:
            return []
        window = self.groups.get(key)
        if window is None:
            window = self.groups[key] = Window()
            self.labels[key] = label
        else:
            self.groups.move_to_end(key)
        window.touched_us = max(window.touched_us, hit.due_us)
        place = self.places[hit.rule_id]
        if window.knows(hit.event_id, place):
            return []
        before = len(window.entries)
        behind = hit.ids if hit.ids != (hit.event_id,) else ()
        entries = [Entry(hit.time_us, hit.event_id, place, value, behind) for value in values]
        if self.sliding:
            found = self._slide(key, window, entries, hit)
        elif self.waiting:
            found = self._wait(key, window, entries[0], hit)
        else:
            found = self._collect(key, window, entries, hit)
        self.entries += len(window.entries) - before
        return found

    def close(self, key: Key, until_us: int | None) -> list[Found]:
        """A deadline of this group has come: judge it, or wait for its new one if it has been put off."""
        window = self.groups.get(key)
        if window is None or not window.scheduled:
            return []
        window.scheduled = False
        if not self.waits(window):
            return []
        if until_us is not None and window.closes_us >= until_us:
            self.schedule(key, window)
            return []
        before = len(window.entries)
        found = self._judge(key, window, window.closes_us)
        self.entries += len(window.entries) - before
        return found

    def waits(self, window: Window) -> bool:
        """Whether there is something that is not judged yet, and will be when time has passed."""
        return bool(window.entries) and not self.sliding and (self.waiting or window.done_us == BEGINNING)

    def schedule(self, key: Key, window: Window) -> None:
        """Wait for the end of a group's open window."""
        if not window.scheduled:
            window.scheduled = True
            heapq.heappush(self.deadlines, (window.closes_us, self.number, key))

    def remove(self, key: Key) -> None:
        """Forget a group."""
        self.entries -= len(self.groups.pop(key).entries)
        self.labels.pop(key, None)
        self.last.pop(key, None)

    def forget_old(self, now_us: int) -> None:
        """Forget the groups that have been quiet for two timespans and wait for nothing.

        Quiet by how far time has come since, not by the age of their events: those of an agency that catches up are old.
        """
        oldest = now_us - 2 * self.correlation.timespan_us
        while self.groups:
            key, window = next(iter(self.groups.items()))
            if window.touched_us >= oldest or self.waits(window):
                return
            self.remove(key)

    def _slide(self, key: Key, window: Window, entries: Sequence[Entry], hit: Hit) -> list[Found]:
        """Look at the `span` before the newest event at once."""
        if not self._put(window, entries, hit):
            return []
        return self._tell(key, window, hit.event, hit.due_us)

    def _collect(self, key: Key, window: Window, entries: Sequence[Entry], hit: Hit) -> list[Found]:
        """Let what was inside be judged before it goes; then wait until nothing can join."""
        found: list[Found] = []
        first = window.entries[0].time_us if window.entries else hit.time_us
        if hit.time_us > first + self.correlation.timespan_us and self.waits(window):
            found = self._judge(key, window, hit.due_us)
        if not self._put(window, entries, hit):
            return found
        self.last[key] = hit.event
        window.done_us = BEGINNING
        # Events of the past (an agency that catches up) wait as long for each other, but from now on.
        opened = window.entries[0].time_us if hit.due_us == hit.time_us else hit.due_us
        window.closes_us = opened + self.correlation.timespan_us
        self.schedule(key, window)
        return found

    def _put(self, window: Window, entries: Sequence[Entry], hit: Hit) -> bool:
        """Put entries in and leave out what is too old for the newest; false if these come too late themselves."""
        correlation = self.correlation
        if hit.time_us < window.newest_us - correlation.timespan_us:
            self.losses.late += 1
            return False
        gone = sum(window.add(entry, self.keep, self.ordered, self.distinct) for entry in entries)
        if correlation.kind != "event_count" or not self.sliding:
            self.losses.entries += gone
        window.slide(correlation.timespan_us)
        return True

    def _tell(self, key: Key, window: Window, event: Event, now_us: int) -> list[Found]:
        """Tell once when the condition comes true, and again each `span` while it stays so."""
        correlation = self.correlation
        figure = window.figure(correlation)
        if not satisfied(correlation, figure) or not self._terms_hold(window):
            window.active = False
            return []
        if window.active and window.newest_us - window.fired_us < correlation.timespan_us:
            return []
        window.active = True
        window.fired_us = window.newest_us
        return [Found(self._detection(key, window, event, figure), now_us)]

    def _terms_hold(self, window: Window) -> bool:
        """Of an extended condition: one of its terms."""
        if not self.terms:
            return True
        for needed, forbidden in self.terms:
            if any(map(window.has, forbidden)) or not all(map(window.has, needed)):
                continue
            if self.correlation.kind == "temporal" or window.order(needed) == len(needed):
                return True
        return False

    def _wait(self, key: Key, window: Window, entry: Entry, hit: Hit) -> list[Found]:
        """The first rule opens a window, the others answer; a rule that stands alone answers itself."""
        found = self._open(key, window, hit, answer=entry.rule > 0)
        alone = len(self.places) == 1
        if entry.rule or alone:
            if alone and hit.time_us <= window.newest_us:
                return found
            window.done_us = max(window.done_us, hit.time_us)
            window.newest_us = max(window.newest_us, hit.time_us)
            window.answer(hit.time_us)
            if window.entries:
                window.opened_us = window.entries[0].time_us
                window.closes_us = max(window.closes_us, window.opened_us + self.correlation.timespan_us)
            elif alone:
                window.opened_us, window.closes_us = hit.time_us, hit.due_us + self.correlation.timespan_us
        if entry.rule == 0 and (alone or hit.time_us > window.done_us):
            self.losses.entries += window.add(entry, self.keep)
            self.last[key] = hit.event
            self.schedule(key, window)
        return found

    def _open(self, key: Key, window: Window, hit: Hit, answer: bool = False) -> list[Found]:
        """Make sure that the group's window is open; one whose time is over at this hit is judged first."""
        span = self.correlation.timespan_us
        found = []
        if window.entries and hit.time_us > window.opened_us + span:
            found = self._judge(key, window, hit.due_us)
        if not window.entries and not answer:
            window.opened_us = hit.time_us
            window.closes_us = hit.due_us + span
        return found

    def _judge(self, key: Key, window: Window, now_us: int) -> list[Found]:
        """A window that nothing joins any more. What is whole stays inside for the next one that it is part of."""
        if not self.waiting:
            window.done_us = window.newest_us
            return self._tell(key, window, self.last.pop(key), now_us)
        figure = window.figure(self.correlation)
        found = [Found(self._detection(key, window, self.last[key], figure), now_us)]
        window.done_us = max(window.done_us, window.newest_us)
        window.clear()
        self.last.pop(key, None)
        return found

    def _group(self, hit: Hit) -> tuple[Key | None, dict[str, Any]]:
        """The group's key and its values as they are shown; (None, …) if the event lacks one of the fields."""
        key = [] if self.correlation.across_agencies else [hit.event.agency]
        label: dict[str, Any] = {}
        for name in self.correlation.group_by:
            field = self.field(name, hit.rule_id)
            value = hit.group.get(field, hit.event.fields.get(field))
            text = group_text(value)
            if text is None:
                return None, {}
            key.append(text)
            label[name] = value
        return tuple(key), label

    def _values(self, hit: Hit) -> list[tuple[str | int | float, ...]]:
        """What the event adds: nothing for counts of events, else its values; several if a field holds a list."""
        correlation = self.correlation
        if not correlation.fields:
            return [()]
        names = [self.field(name, hit.rule_id) for name in correlation.fields]
        found = [hit.group.get(name, hit.event.fields.get(name)) for name in names]
        if correlation.kind != "value_count":
            return [(number,) for number in numbers_counted(found[0])]
        texts = [texts_counted(value) for value in found]
        if len(texts) == 1:
            return [(value,) for value in dict.fromkeys(texts[0])]
        # The values of several fields together are one value.
        return [tuple("\0".join(part) for part in texts)] if all(texts) else []

    def _detection(self, key: Key, window: Window, event: Event, figure: float) -> Detection:
        correlation = self.correlation
        group = self.labels[key]
        shown: Any = int(figure) if float(figure).is_integer() and abs(figure) < 1e15 else float(figure)
        if correlation.kind == "absence":
            shown = ", ".join(correlation.rules[1:] or correlation.rules)
        return Detection(
            rule=correlation.info,
            event=event,
            matched={**group, correlation.kind: shown},
            event_ids=window.event_ids() or (event.id,),
            group=dict(group),
        )
