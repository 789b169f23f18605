"""All rules over history at once: what to ask the event store, and which of its events are worth loading.

For each log source in a part of history:
1. The distinct values of the fields in which rules have their needs (`anchors.py`), and how many events have each. The
   engine's own scanners say which needs a value meets. A rule with a need that no value meets is out.
2. Of the needs of each rule that is left, the rarest one there is. Events that meet it are selected; where even that
   is common, all needs of the rule together.
3. The selected events come with all fields that these rules read. In three values (`retro_truth.py`) most are out.
4. Events in which a rule holds or stays open are loaded; the engine decides, as it does on the stream.

Pure: answers come in as plain data. What the store's text leaves open is selected, and loaded.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import re2

from keng.detect.sigma.anchors import GATE_FIELD
from keng.detect.sigma.index import Index
from keng.detect.sigma.plan import rules_for
from keng.detect.sigma.program import Tree, simplify
from keng.detect.sigma.retro_source import RetroSource
from keng.detect.sigma.retro_texts import needs_of
from keng.detect.sigma.retro_truth import Truths
from keng.detect.sigma.rule import Exists, FieldRef
from keng.detect.sigma.ruleset import RuleSet
from keng.model.event import LogSource

_PLAIN_ID = re2.compile(r"[0-9]{1,10}")
MAX_BYTES = 48 << 20
"""Roughly what is remembered of values; beyond it that is emptied and fills anew."""
NONE: frozenset[int] = frozenset()


class Kind(NamedTuple):
    """Events that face the same rules. event_id: as stored; "" where there is none."""

    logsource: LogSource
    event_id: str


class RetroSearch:
    """Rules in search of history. Not thread-safe. What it learns of values and rules serves the next part."""

    def __init__(self, ruleset: RuleSet, fields: frozenset[str] | None = None) -> None:
        """fields: names that history knows; a rule that needs another cannot hold. None: not known."""
        self.index = Index(ruleset)
        self.truths = Truths(self.index.program.leaves)
        self.fields = fields
        self._ids = [rule.info.id for rule in ruleset.rules]
        self._sources = [rule.source for rule in ruleset.rules]
        self._gates = [
            leaf for leaf in self.index.program.leaves if leaf.field == GATE_FIELD and not leaf.whole
        ]
        self._absent = {} if fields is None else self._of_absent(fields)
        self._living: dict[Kind, dict[int, Tree]] = {}
        self.dropped: set[int] = set()
        self.dear: set[int] = set()
        self._needs: dict[str, dict[str, frozenset[int]]] = {}
        self._bytes = 0

    def drop(self, rule_ids: Iterable[str]) -> None:
        """Look for these no longer."""
        gone = set(rule_ids)
        self.dropped |= {number for number, one in enumerate(self._ids) if one in gone}

    def source(self, logsource: LogSource, event_ids: Mapping[str, int]) -> RetroSource | None:
        """The search in one log source of a part of history; None if no rule may hold there.

        event_ids: those of its events, and of how many; "" of those that have none.
        """
        living = {one: self.living(Kind(logsource, one)) for one in event_ids}
        if not any(rules.keys() - self.dropped for rules in living.values()):
            return None
        return RetroSource(self, living, event_ids)

    def living(self, kind: Kind) -> dict[int, Tree]:
        """Rules that may hold in such events; their conditions with what the kind decides put in."""
        found = self._living.get(kind)
        if found is None:
            found = self._living[kind] = self._live(kind)
        return found

    def needs_met(self, field: str, text: str) -> frozenset[int]:
        """Needs that a value of a field meets, or may meet."""
        scan = self.index.scans.get(field)
        if scan is None:
            return NONE
        known = self._needs.setdefault(field, {})
        found = known.get(text)
        if found is None:
            if self._bytes > MAX_BYTES:
                self._needs.clear()
                self._bytes = 0
                known = self._needs.setdefault(field, {})
            found = known[text] = needs_of(scan, text)
            self._bytes += 150 + len(text)
        return found

    def is_known(self, fields: Iterable[str]) -> bool:
        """Whether history knows one of these fields, or cannot say. The text of an event ("") is always there."""
        return self.fields is None or any(field in self.fields or not field for field in fields)

    def _of_absent(self, fields: frozenset[str]) -> dict[int, bool]:
        """Truths of leaves on fields that no event in history has."""
        known = {}
        for leaf in self.index.program.leaves:
            if not leaf.field or leaf.field in fields:
                continue
            if not leaf.whole:
                known[leaf.number] = leaf.test.null
            elif not any(isinstance(matcher, FieldRef) for group in leaf.item.groups for matcher in group):
                known[leaf.number] = all(
                    any(matcher.value is False for matcher in group if isinstance(matcher, Exists))
                    for group in leaf.item.groups
                )
        return known

    def _live(self, kind: Kind) -> dict[int, Tree]:
        known = dict(self._absent)
        plain = _PLAIN_ID.fullmatch(kind.event_id) is not None
        if plain:
            known |= {leaf.number: leaf.test.holds(kind.event_id) for leaf in self._gates}
        index = self.index
        trees = {}
        for rule in rules_for(self._sources, kind.logsource):
            tree = simplify(index.program.trees[rule], known)
            if tree is False or not all(self.is_known(index.fields_of[need]) for need in self.own(rule)):
                continue
            trees[rule] = tree
        return trees

    def own(self, rule: int) -> Sequence[int]:
        """Needs of a rule that values decide, not the event id."""
        return [need for need in self.index.needs_of[rule] if need not in self.index.gate_needs]
