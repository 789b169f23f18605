"""The matcher: events in, detections out; exact, stateless, one thread."""

from collections.abc import Sequence
from typing import Any

from keng.detect.sigma.anchors import GATE_FIELD
from keng.detect.sigma.candidates import Candidates
from keng.detect.sigma.index import Index
from keng.detect.sigma.plan import OPEN, Plan, rules_for
from keng.detect.sigma.ruleset import RuleSet
from keng.detect.sigma.whole_event import event_texts
from keng.model.detection import Detection
from keng.model.event import Event, LogSource

CACHE_BYTES = 96 << 20
"""Roughly what all caches may hold; beyond it they are emptied and fill anew."""
MAX_PLANS = 4096


class Engine:
    """Matches the plain rules of a rule set. Not thread-safe: use one engine per thread."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self._index = Index(ruleset)
        self._sources = [rule.source for rule in ruleset.rules]
        self._rules: dict[LogSource, tuple[int, ...]] = {}
        self._plans: dict[tuple[LogSource, Any], Plan] = {}
        self._held = 0

    def match(self, events: Sequence[Event]) -> list[Detection]:
        """All detections of plain rules, in the order of the events and, within one, of the rule set."""
        out: list[Detection] = []
        plans = self._plans
        lookup = dict.get
        for event in events:
            fields = event.fields
            event_id = fields.get(GATE_FIELD)
            kind = type(event_id)
            if kind is not int and kind is not str and event_id is not None:
                event_id = OPEN
            plan = plans.get((event.logsource, event_id))
            if plan is None:
                plan = self._plan(event.logsource, event_id)
            values = list(map(fields.get, plan.fields))
            try:
                ids = tuple(map(lookup, plan.caches, values))
                candidates = plan.found[ids]  # type: ignore[index]
            except (KeyError, TypeError):
                candidates = self._find(plan, values)
            if plan.keywords:
                candidates = self._add_keywords(plan, candidates, event)
            if candidates is None:
                continue
            if candidates.fields:
                values = list(map(fields.get, candidates.fields))
                masks, added = candidates.masks(values)
                self._held += added
                matches = candidates.outcomes.get(masks)
                if matches is None:
                    matches = self._decide(candidates, masks)
            elif candidates.by_mask:
                matches = candidates.outcomes.get(()) or self._decide(candidates, ())
            else:
                matches = ()
            if candidates.whole:
                found = candidates.decide_whole(event)
                found.extend(_detection(match, event) for match in matches)
                if len(found) > 1:
                    found.sort(key=self._order)
                out.extend(found)
            else:
                out.extend([_detection(match, event) for match in matches])
            if self._held > CACHE_BYTES:
                self._forget()
        return out

    def _find(self, plan: Plan, values: list[Any]) -> Candidates | None:
        ids, added = plan.class_ids(values)
        self._held += added
        candidates = plan.found.get(ids, OPEN)
        if candidates is OPEN:
            candidates = plan.found[ids] = plan.candidates(ids)
            self._held += 300 + 8 * len(ids)
        assert candidates is None or isinstance(candidates, Candidates)
        return candidates

    def _add_keywords(self, plan: Plan, candidates: Candidates | None, event: Event) -> Candidates | None:
        joined = "\n".join(event_texts(event)).casefold()
        hits = self._index.scans[""].scan_text(joined) & plan.keywords
        if not hits:
            return candidates
        others = frozenset() if candidates is None else frozenset(candidates.rules)
        self._held += 200
        return plan.intern(others | hits)

    def _decide(self, candidates: Candidates, masks: tuple[int, ...]) -> Any:
        matches = candidates.outcomes[masks] = candidates.decide(masks)
        self._held += 300 + 8 * len(masks)
        return matches

    def _plan(self, logsource: LogSource, event_id: Any) -> Plan:
        if isinstance(event_id, str) and len(event_id) > 64:
            event_id = OPEN
        key = (logsource, event_id)
        if key in self._plans:
            return self._plans[key]
        if len(self._plans) >= MAX_PLANS:
            self._forget()
        rules = self._rules.get(logsource)
        if rules is None:
            rules = self._rules[logsource] = rules_for(self._sources, logsource)
        plan = self._plans[key] = Plan(self._index, rules, event_id)
        self._held += 2000 + 40 * len(plan.rules)
        return plan

    def _forget(self) -> None:
        self._plans.clear()
        self._rules.clear()
        self._held = 0

    def _order(self, detection: Detection) -> int:
        return self._positions[detection.rule.id]

    @property
    def _positions(self) -> dict[str, int]:
        if not hasattr(self, "_position_of"):
            self._position_of = {rule.info.id: number for number, rule in enumerate(self.ruleset.rules)}
        return self._position_of


def _detection(match: Any, event: Event) -> Detection:
    fields = event.fields
    return Detection(match.rule, event, {name: fields.get(name) for name in match.fields}, (event.id,))
