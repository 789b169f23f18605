"""All rules over history at once: what to ask the event store, and which of its events are worth loading.

1. Anchors. Per field, one scan of its distinct values for all anchors of all rules. Most rules are out then.
2. Classes. For the rules that are left, what each event says to all that they ask: events that say the same are
   one class, decided once, in three values (`retro_truth.py`).
3. Events of classes in which a rule holds or stays open are loaded; the engine decides, as it does on the stream.

Pure: answers come in as plain data. Values that the store cannot judge are *loose*: their events are loaded.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import re2

from keng.detect.sigma.anchors import GATE_FIELD, choose_anchors
from keng.detect.sigma.plan import rules_for
from keng.detect.sigma.program import Program, Tree, leaves_of, simplify
from keng.detect.sigma.retro_pattern import EVERYTHING, of_anchor
from keng.detect.sigma.retro_truth import FieldProbe, Truth, truth_of
from keng.detect.sigma.ruleset import RuleSet
from keng.model.event import LogSource
from keng.model.probe import Answer, Probe

_PLAIN_ID = re2.compile(r"[0-9]{1,10}")


class Kind(NamedTuple):
    """Events that face the same rules. event_id: as stored; "" where there is none."""

    logsource: LogSource
    event_id: str


class _Living(NamedTuple):
    """Rules of a kind, their conditions with what the kind decides put in."""

    known: dict[int, bool]
    trees: dict[int, Tree]


class RetroSearch:
    """Rules in search of history. Grows with what it sees: rules that were ever possible stay in the classes."""

    def __init__(self, ruleset: RuleSet, fields: frozenset[str] | None = None) -> None:
        """fields: names that history knows; a rule that needs another cannot hold. None: not known."""
        self._known_fields = fields
        self.ruleset = ruleset
        self._program = Program(ruleset.rules)
        self._anchors = choose_anchors(self._program)
        self._sources = [rule.source for rule in ruleset.rules]
        self._gates = [leaf for leaf in self._program.leaves if leaf.field == GATE_FIELD and not leaf.whole]
        self._living: dict[Kind, _Living] = {}
        self._patterns: dict[str, dict[str, set[int]]] = {}
        self._possible: set[int] = set()
        self._dropped: set[int] = set()
        self._fields: dict[LogSource, dict[str, FieldProbe]] = {}
        self._read: dict[tuple[LogSource, str, Answer], dict[int, Truth]] = {}
        self._stale = True

    def drop(self, rule_ids: Iterable[str]) -> None:
        """Look for these no longer."""
        gone = set(rule_ids)
        self._dropped |= {n for n, rule in enumerate(self.ruleset.rules) if rule.info.id in gone}

    def meet(self, kinds: Iterable[Kind]) -> None:
        """These kinds of events are in history."""
        for kind in kinds:
            if kind in self._living:
                continue
            living = self._living[kind] = self._live(kind)
            for rule in living.trees:
                anchors = self._anchors[rule]
                if anchors is None or any(anchor.field == GATE_FIELD for anchor in anchors):
                    self._stale |= rule not in self._possible
                    self._possible.add(rule)
                    continue
                for anchor in anchors:
                    if (
                        anchor.field
                        and self._known_fields is not None
                        and anchor.field not in self._known_fields
                    ):
                        continue
                    of_field = self._patterns.setdefault(anchor.field, {})
                    of_field.setdefault(of_anchor(anchor), set()).add(rule)

    def anchor_probes(self) -> list[Probe]:
        """One probe a field ("" for keywords)."""
        return [
            Probe(field, tuple(one for one in patterns if one != EVERYTHING))
            for field, patterns in sorted(self._patterns.items())
            if not set().union(*patterns.values()) <= self._possible | self._dropped
        ]

    def single_probes(self) -> list[Probe]:
        """For each rule that the kinds met so far may face, its own anchors alone: what a query for one rule asks."""
        rules = {rule for living in self._living.values() for rule in living.trees}
        probes = []
        for rule in sorted(rules):
            anchors = self._anchors[rule] or ()
            fields = sorted({anchor.field for anchor in anchors} - {GATE_FIELD})
            for field in fields[:1]:
                own = [of_anchor(anchor) for anchor in sorted(anchors) if anchor.field == field]
                probes.append(Probe(field, tuple([one for one in own if one != EVERYTHING])))
        return probes

    def learn(self, probe: Probe, hits: Iterable[int], present: bool) -> None:
        """What a slice of history holds of an anchor probe. present: the field has values there."""
        patterns = self._patterns[probe.field]
        found: set[int] = set(patterns.get(EVERYTHING, ())) if present else set()
        for number in hits:
            found |= patterns[probe.patterns[number]]
        self._stale |= not found <= self._possible
        self._possible |= found

    def class_probes(self, logsource: LogSource) -> list[Probe]:
        """What decides the rules of a log source that are possible so far."""
        if self._stale:
            self._fields.clear()
            self._read.clear()
            self._stale = False
        probes = self._fields.get(logsource)
        if probes is None:
            probes = self._fields[logsource] = self._make_probes(logsource)
        return [probe.probe for probe in probes.values()]

    def faces_rules(self, logsource: LogSource) -> bool:
        """Whether any possible rule looks at events of this log source."""
        possible = self._possible - self._dropped
        return any(
            not possible.isdisjoint(living.trees)
            for kind, living in self._living.items()
            if kind.logsource == logsource
        )

    def worth(self, kind: Kind, answers: Mapping[str, Answer]) -> bool:
        """Whether a rule may hold in events of this kind that answer so."""
        living = self._living[kind]
        truths: dict[int, Truth] = dict(living.known)
        for field, answer in answers.items():
            key = (kind.logsource, field, answer)
            read = self._read.get(key)
            if read is None:
                read = self._read[key] = self._fields[kind.logsource][field].read(answer)
            for number, truth in read.items():
                truths.setdefault(number, truth)
        possible = self._possible - self._dropped
        return any(
            truth_of(tree, truths) is not False for rule, tree in living.trees.items() if rule in possible
        )

    def _make_probes(self, logsource: LogSource) -> dict[str, FieldProbe]:
        wanted: dict[str, dict[int, None]] = {}
        for kind, living in self._living.items():
            if kind.logsource != logsource:
                continue
            for rule, tree in living.trees.items():
                if rule in self._possible:
                    for number in leaves_of(tree):
                        wanted.setdefault(self._program.leaves[number].field, {})[number] = None
        return {
            field: FieldProbe(field, [self._program.leaves[number] for number in numbers])
            for field, numbers in sorted(wanted.items())
        }

    def _live(self, kind: Kind) -> _Living:
        known: dict[int, bool] = {}
        if _PLAIN_ID.fullmatch(kind.event_id):
            known = {leaf.number: leaf.test.holds(kind.event_id) for leaf in self._gates}
        elif not kind.event_id:
            # None or empty: false for all that neither makes true.
            known = {
                leaf.number: False for leaf in self._gates if not leaf.test.null and not leaf.test.holds("")
            }
        trees = {}
        for rule in rules_for(self._sources, kind.logsource):
            tree = simplify(self._program.trees[rule], known)
            if tree is not False:
                trees[rule] = tree
        return _Living(known, trees)
