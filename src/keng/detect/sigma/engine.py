"""The matcher: events in, detections out; exact, stateless, one thread."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from keng.detect.sigma.anchors import GATE_FIELD
from keng.detect.sigma.candidates import NOTHING, PATIENCE, Candidates, Outcome, any_holds, detection
from keng.detect.sigma.index import Index
from keng.detect.sigma.keywords import KeywordScan, keyword_hits
from keng.detect.sigma.plan import OPEN, Plan, rules_for
from keng.detect.sigma.rule import RuleSource
from keng.detect.sigma.ruleset import RuleSet
from keng.model.detection import Detection
from keng.model.event import Event, LogSource
from keng.model.glance import Glance

VALUE_BYTES = 64 << 20
"""Roughly what is remembered about values; beyond it that is emptied and fills anew."""
SHAPE_BYTES = 32 << 20
"""Roughly what is remembered about kinds of events and combinations of values; beyond it all is emptied."""
MAX_PLANS = 4096
MAX_AT_HAND = 512
"""Log sources that are known by identity."""
MAX_EVENT_ID = 64
"""Longer texts are no event ids that a plan is worth being made for."""


class Engine:
    """Matches the plain rules of a rule set. Not thread-safe: use one engine per thread."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self._index = Index(ruleset)
        by_source: dict[RuleSource, list[int]] = {}
        for number, rule in enumerate(ruleset.rules):
            by_source.setdefault(rule.source, []).append(number)
        self._sources = list(by_source)
        self._of_source = list(by_source.values())
        self._rules: dict[LogSource, tuple[int, ...]] = {}
        self._plans: dict[tuple[LogSource, Any], Plan] = {}
        # The same by identity, so that no log source is compared; what is held here keeps its identity.
        self._by_source: dict[int, tuple[LogSource, dict[Any, Plan]]] = {}
        # Plans with the same keywords have the same group, and group 0 has none.
        self._groups: dict[tuple[RuleSource, ...], int] = {(): 0}
        self._scans: list[list[KeywordScan]] = [[]]
        self._values = self._shapes = 0

    @property
    def held_bytes(self) -> int:
        """Roughly what the caches hold."""
        return self._values + self._shapes

    def match(self, events: Sequence[Event]) -> list[Detection]:
        """All detections of plain rules, in the order of the events and, within one, of the rule set."""
        self.tidy()
        plans = self._plans_of(events)
        hits = self._keyword_hits(events, plans)
        out: list[Detection] = []
        lookup: Any = dict.get
        place = -1
        for event, plan in zip(events, plans, strict=True):
            place += 1
            get = event.fields.get
            values = list(map(get, plan.fields))
            try:
                ids = tuple(map(lookup, plan.caches, values))
            except TypeError:  # a list has no key
                ids = plan.known_ids(values)
            candidates = plan.found.get(ids, OPEN)
            if candidates is OPEN:
                candidates = self._find(plan, values, ids)
            if hits and hits.get(place):
                candidates = self._with_keywords(plan, values, ids, hits[place])
            if candidates is None:
                continue
            values = list(map(get, candidates.fields))
            try:
                masks = tuple(map(lookup, candidates.caches, values))
            except TypeError:
                masks = candidates.known_masks(values)
            outcome = candidates.outcomes.get(masks)
            if outcome is None:
                outcome = self._decide(candidates, values, masks, event)
            if outcome is NOTHING:
                continue
            if outcome.residues and any_holds(outcome.residues, event):
                out.extend(candidates.settle(outcome, event))
                continue
            for match in outcome.matches:
                out.append(detection(match, event))  # noqa: PERF401 - mostly one, and this is the hot path
        return out

    def tidy(self) -> None:
        """Empty what has been remembered, where it has become too much."""
        if self._shapes > SHAPE_BYTES:
            self._forget()
        elif self._values > VALUE_BYTES:
            for known in self._plans.values():
                known.forget_values()
            self._values = 0

    def plan(self, logsource: LogSource, event_id: int) -> Plan:
        """What an event of this kind has to face."""
        known = self._by_source.get(id(logsource))
        return (known and known[1].get(event_id)) or self._plan(logsource, event_id)

    def keywords_of(self, group: int) -> list[str]:
        """The keywords, folded, that rules of a plan's group look for anywhere in an event."""
        sources = next(sources for sources, number in self._groups.items() if number == group)
        return sorted(set().union(*(self._index.keywords[source].literals for source in sources)))

    def rules_out(self, plan: Plan, glance: Glance) -> bool:
        """Whether the values at a glance decide that no plain rule matches, keywords aside."""
        get, hidden = glance.fields.get, glance.hidden
        if not hidden.isdisjoint(plan.fields):
            return False
        values = list(map(get, plan.fields))
        lookup: Any = dict.get
        try:
            ids = tuple(map(lookup, plan.caches, values))
        except TypeError:  # a list has no key
            return False
        candidates = plan.found.get(ids, OPEN)
        if candidates is OPEN:
            candidates = self._find(plan, values, ids)
        if candidates is None:
            return True
        if candidates.met <= PATIENCE:
            candidates.met += 1
            if candidates.met <= PATIENCE:
                return False
            self._shapes += candidates.prepare()
        if not hidden.isdisjoint(candidates.fields):
            return False
        values = list(map(get, candidates.fields))
        try:
            masks = tuple(map(lookup, candidates.caches, values))
        except TypeError:
            return False
        outcome = candidates.outcomes.get(masks)
        if outcome is None:
            outcome = self._from_masks(candidates, values, masks)
        if outcome is NOTHING:
            return True
        if outcome.matches:
            return False
        for residue in outcome.residues:
            reads = residue.reads
            if reads is None or not hidden.isdisjoint(reads) or list in map(type, map(get, reads)):
                return False
            if residue.test(glance):
                return False
        return True

    def _find(self, plan: Plan, values: list[Any], ids: tuple[int | None, ...]) -> Candidates | None:
        full = self._full(plan, values, ids)
        if full not in plan.found:
            plan.found[full] = plan.candidates(full)
            self._shapes += 300 + 8 * len(full)
        return plan.found[full]

    def _full(self, plan: Plan, values: list[Any], ids: tuple[int | None, ...]) -> tuple[int, ...]:
        full, added = plan.class_ids(values, ids)
        self._values += added
        return full

    def _keyword_hits(self, events: Sequence[Event], plans: list[Plan]) -> dict[int, frozenset[int]]:
        """Places in `events` of those in which keywords of their plan's rules may be."""
        places: list[list[int]] = [[] for _ in self._scans]
        for place, plan in enumerate(plans):
            places[plan.group].append(place)
        hits: dict[int, frozenset[int]] = {}
        for wanted, scans in zip(places, self._scans, strict=True):
            if not scans:
                continue
            for place, rules in keyword_hits(scans, events, wanted).items():
                hits[place] = rules & plans[place].keywords
        return hits

    def _with_keywords(
        self, plan: Plan, values: list[Any], ids: tuple[int | None, ...], hits: frozenset[int]
    ) -> Candidates | None:
        self._shapes += 200
        return plan.with_keywords(self._full(plan, values, ids), hits)

    def _decide(
        self, candidates: Candidates, values: list[Any], known: tuple[int | None, ...], event: Event
    ) -> Outcome:
        if candidates.met < PATIENCE:
            return candidates.first(event)
        if candidates.met == PATIENCE:
            candidates.met += 1
            self._shapes += candidates.prepare()
            values = list(map(event.fields.get, candidates.fields))
            known = candidates.known_masks(values)
        return self._from_masks(candidates, values, known)

    def _from_masks(
        self, candidates: Candidates, values: list[Any], known: tuple[int | None, ...]
    ) -> Outcome:
        masks, added = candidates.masks(values, known)
        self._values += added
        outcome = candidates.outcomes.get(masks)
        if outcome is None:
            outcome = candidates.outcomes[masks] = candidates.decide(masks)
            self._shapes += 300 + 8 * len(masks) + 1000 * len(outcome.residues)
        return outcome

    def _plans_of(self, events: Sequence[Event]) -> list[Plan]:
        plans = []
        by_source = self._by_source
        for event in events:
            event_id = event.fields.get(GATE_FIELD)
            kind = type(event_id)
            try:
                if kind is not int and kind is not str and event_id is not None:
                    event_id = OPEN
                plans.append(by_source[id(event.logsource)][1][event_id])
            except KeyError:
                plans.append(self._plan(event.logsource, event_id))
        return plans

    def _plan(self, logsource: LogSource, event_id: Any) -> Plan:
        """The plan of a kind of event; log sources that normalisation hands out again and again are kept at hand."""
        if type(event_id) is str and len(event_id) > MAX_EVENT_ID:
            event_id = OPEN
        plan = self._plans.get((logsource, event_id)) or self._new_plan((logsource, event_id))
        if len(self._by_source) < MAX_AT_HAND or id(logsource) in self._by_source:
            self._by_source.setdefault(id(logsource), (logsource, {}))[1][event_id] = plan
            self._shapes += 100
        return plan

    def _new_plan(self, key: tuple[LogSource, Any]) -> Plan:
        if len(self._plans) >= MAX_PLANS:
            self._forget()
        logsource, event_id = key
        rules = self._rules.get(logsource)
        if rules is None:
            groups = [self._of_source[place] for place in rules_for(self._sources, logsource)]
            rules = self._rules[logsource] = tuple(sorted(chain.from_iterable(groups)))
        plan = self._plans[key] = Plan(self._index, rules, event_id)
        group = self._groups.get(plan.sources)
        if group is None:
            group = self._groups[plan.sources] = len(self._scans)
            self._scans.append([self._index.keywords[source] for source in plan.sources])
        plan.group = group
        self._shapes += 2000 + 40 * len(plan.rules)
        return plan

    def _forget(self) -> None:
        self._plans.clear()
        self._by_source.clear()
        self._rules.clear()
        self._values = self._shapes = 0
