"""Correlations over hits of rules, in the order of event time.

Hits are put in by `add` in any order and taken in order of time by `advance(until)`: what is older than
`until` is final. A hit that comes later than that still counts in windows that are open (see `part`). State is
bounded: groups, entries in a group, entries in all, hits that wait; what is left out is counted in `losses`. Grouping
and counting of values ignore case, as all of Sigma does; each agency is looked at by itself.
"""

import heapq
from collections.abc import Sequence

from keng.detect.sigma.hit import SHOWN, Hit, slim, time_of
from keng.detect.sigma.part import Deadline, Found, Losses, Part
from keng.detect.sigma.rule import Correlation, Rule
from keng.detect.sigma.window import BEGINNING
from keng.model.detection import Detection

MAX_GROUPS = 50_000
"""Of all correlations together."""
MAX_ENTRIES = 200_000
"""Of all groups together."""
MAX_PENDING = 100_000
Waiting = tuple[int, str, str, int, Hit]


class Correlator:
    """All correlations of a rule set. final_us: how far it has been computed.

    max_pending: hits that may wait; beyond it the older half is computed early. whole: events are kept as they are
    (else: without raw text and fields that nobody looks at).
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        correlations: Sequence[Correlation],
        max_pending: int = MAX_PENDING,
        whole: bool = False,
    ) -> None:
        identity: dict[str, str] = {}
        named = [(rule.info.id, rule.name) for rule in rules]
        named += [(correlation.info.id, correlation.name) for correlation in correlations]
        for rule_id, name in named:
            identity[rule_id] = rule_id
            if name:
                identity.setdefault(name, rule_id)
        self.losses = Losses()
        self.deadlines: list[Deadline] = []
        self.parts = [
            Part(number, correlation, identity, self.deadlines, self.losses)
            for number, correlation in enumerate(correlations)
        ]
        self.by_rule: dict[str, list[Part]] = {}
        loud: set[str] = set()
        for part in self.parts:
            for rule_id in part.places:
                self.by_rule.setdefault(rule_id, []).append(part)
                if part.correlation.generate:
                    loud.add(rule_id)
        self.silent = frozenset(self.by_rule) - loud
        self.final_us = BEGINNING
        self.max_pending = max_pending
        self._whole = whole
        self._fields = frozenset(SHOWN).union(*[part.fields() for part in self.parts])
        self._pending: list[Waiting] = []
        self._added = 0
        self._groups = self._entries = 0

    @property
    def pending(self) -> list[Hit]:
        """The hits that wait for their turn, in no order."""
        return [waiting[-1] for waiting in self._pending]

    def add(self, detection: Detection) -> list[Detection]:
        """Take a detection of a plain rule that some correlation refers to; others are left alone.

        Returns what had to be decided early for want of room; mostly nothing.
        """
        if detection.rule.id not in self.by_rule:
            return []
        event = detection.event
        time_us = time_of(event)
        kept = event if self._whole else slim(event, self._fields, detection.matched)
        due_us = max(time_us, self.final_us)
        self.put(Hit(time_us, event.id, detection.rule.id, kept, (event.id,), {}, due_us))
        if len(self._pending) <= self.max_pending:
            return []
        times = sorted(waiting[0] for waiting in self._pending)
        self.losses.hurried += len(times) // 2
        return self.advance(times[len(times) // 2])

    def put(self, hit: Hit) -> None:
        """Let a hit wait for its turn."""
        self._added += 1
        heapq.heappush(self._pending, (hit.time_us, hit.event_id, hit.rule_id, self._added, hit))

    def advance(self, until_us: int | None) -> list[Detection]:
        """Process everything up to `until_us`, in order of event time; None: everything there is."""
        out: list[Detection] = []
        pending = self._pending
        while pending and (until_us is None or pending[0][0] <= until_us):
            hit = heapq.heappop(pending)[-1]
            self._close(hit.due_us, out)
            self._process(hit, out)
        self._close(until_us, out)
        if until_us is not None:
            self.final_us = max(self.final_us, until_us)
        return out

    def recount(self) -> None:
        """Count groups and entries anew, after a state was put in."""
        self._groups = sum(len(part.groups) for part in self.parts)
        self._entries = sum(part.entries for part in self.parts)

    def _process(self, hit: Hit, out: list[Detection]) -> None:
        for part in self.by_rule.get(hit.rule_id, ()):
            groups, entries = len(part.groups), part.entries
            found = part.take(hit)
            part.forget_old(hit.due_us)
            self._counted(part, groups, entries)
            if self._groups > MAX_GROUPS or self._entries > MAX_ENTRIES:
                self._make_room()
            for one in found:
                self._emit(part, one, out)

    def _close(self, until_us: int | None, out: list[Detection]) -> None:
        while self.deadlines and (until_us is None or self.deadlines[0][0] < until_us):
            _, number, key = heapq.heappop(self.deadlines)
            part = self.parts[number]
            groups, entries = len(part.groups), part.entries
            found = part.close(key, until_us)
            self._counted(part, groups, entries)
            for one in found:
                self._emit(part, one, out)

    def _emit(self, part: Part, found: Found, out: list[Detection]) -> None:
        detection, own = found.detection, part.correlation.info.id
        if own not in self.silent:
            out.append(detection)
        if own in self.by_rule:
            event = detection.event
            identity = f"{own}:{event.id}"
            hit = Hit(
                time_of(event), identity, own, event, detection.event_ids, detection.group, found.due_us
            )
            self._process(hit, out)

    def _counted(self, part: Part, groups: int, entries: int) -> None:
        self._groups += len(part.groups) - groups
        self._entries += part.entries - entries

    def _make_room(self) -> None:
        """Give up the longest quiet groups of the correlation that takes most room."""
        while self._groups > MAX_GROUPS or self._entries > MAX_ENTRIES:
            by_groups = self._groups > MAX_GROUPS
            part = max(self.parts, key=lambda part: len(part.groups) if by_groups else part.entries)
            groups, entries = len(part.groups), part.entries
            part.remove(next(iter(part.groups)))
            self.losses.groups += 1
            self._counted(part, groups, entries)
