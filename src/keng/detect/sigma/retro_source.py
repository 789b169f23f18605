"""The search in one log source of a part of history: which values to ask for, which events to look at, which to load."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from keng.detect.sigma.anchors import GATE_FIELD
from keng.detect.sigma.program import Tree, leaves_of
from keng.detect.sigma.rule import FieldRef
from keng.model.probe import Clause, Row, Selection, StoredValue

if TYPE_CHECKING:
    from keng.detect.sigma.retro import RetroSearch

DEAR = 0.004
"""A need met by a larger share of the events is common: then all needs of its rule have to be met."""
DEAR_EVENTS = 400
WORTH_A_LOOK = 100
"""Needs met by more events than this are looked at value by value, if there are not too many values."""
MAX_LOOKED_AT = 5_000
NARROW = 200
"""Fields with fewer values than this are asked for together first, where needs are common."""
MAX_CLAUSES = 60
NONE: frozenset[int] = frozenset()
_ASCII = re.compile("[\x00-\x7f]+")


class _Need(NamedTuple):
    """Values that meet a need of a rule. events: how many at most have one."""

    values: dict[str, list[StoredValue]]
    events: int


class RetroSource:
    """Use: values of `fields` → `choose` (→ `narrowed`, by rows with the fields `narrow`) → rows of that selection with the fields `read` → `worth` for each row."""

    def __init__(
        self,
        search: "RetroSearch",
        living: Mapping[str, dict[int, Tree]],
        event_ids: Mapping[str, int],
    ) -> None:
        self._search = search
        self._living = living
        self._events = sum(event_ids.values())
        self._trees: dict[int, list[Tree]] = defaultdict(list)
        self._ids: dict[int, set[str]] = defaultdict(set)
        for event_id, trees in living.items():
            for rule, tree in trees.items():
                if rule not in search.dropped:
                    self._ids[rule].add(event_id)
                    if tree not in self._trees[rule]:
                        self._trees[rule].append(tree)
        self._of_ids = {rule: sum(event_ids[one] for one in found) for rule, found in self._ids.items()}
        self._limit = max(DEAR_EVENTS, int(DEAR * self._events))
        self.fields = self._fields()
        self.read: tuple[str, ...] = ()
        self.narrow: tuple[str, ...] = ()
        self._keys: dict[str, dict[str | None, set[int]]] = {}
        self._by_value: dict[str, dict[str | None, list[int]]] = {}
        self._by_clause: tuple[int, ...] = ()
        self._opened: dict[tuple[str, tuple[str | None, ...]], tuple[int, ...]] = {}
        self._by_word: list[int] = []

    def _fields(self) -> tuple[str, ...]:
        """Fields whose values are asked for: those of each rule's best need; of all where that turned out common."""
        search, found = self._search, set[str]()
        for rule in self._trees:
            needs = search.own(rule)
            for need in needs if rule in search.dear else needs[:1]:
                found |= search.index.fields_of[need]
            if (not needs or rule in search.dear) and self._of_ids[rule] > self._limit:
                found |= {search.index.program.leaves[n].field for n in self._leaves(rule)}
        found -= {"", GATE_FIELD}
        return tuple(sorted(name for name in found if search.fields is None or name in search.fields))

    def _leaves(self, rule: int) -> Iterator[int]:
        for tree in self._trees[rule]:
            yield from leaves_of(tree)

    def choose(self, values: Mapping[str, Sequence[StoredValue]]) -> Selection:
        """What to look at, given the distinct values of `fields`."""
        met = self._met(values)
        by_key: dict[str, set[int]] = defaultdict(set)
        clauses: list[tuple[int, Clause]] = []
        words: dict[str, None] = {}
        possible: list[int] = []
        for rule in self._trees:
            needs = self._needs(rule, met, values)
            if needs is None:
                continue
            possible.append(rule)
            best = min(needs, key=lambda need: need.events, default=None)
            if best is not None and best.events <= self._limit:
                self._choose_values(rule, best, by_key)
                continue
            of_rule = self._words(rule)
            if of_rule and self._of_ids[rule] > self._limit and self._asked(rule, values):
                self._by_word.append(rule)
                words |= dict.fromkeys(of_rule)
                self._choose_values(rule, _need(met, self._word_need(rule)), by_key)
                continue
            self._search.dear.add(rule)
            more = self._of_leaves(rule, values)
            if more is None:
                possible.pop()
                continue
            clauses.append((rule, self._clause(rule, [*needs, *more])))
        self._by_clause = tuple([rule for rule, _clause in clauses])
        self.read = self._to_read(possible)
        read = self._to_read(self._by_clause) if clauses else ()
        self.narrow = tuple([name for name in read if len(values.get(name, ())) in range(1, NARROW)])
        for name in self.narrow:
            keys = self._keys.setdefault(name, {})
            for value in values[name]:
                keys.setdefault(value.text, set()).add(value.key)
        merged = {field: frozenset(keys) for field, keys in by_key.items()}
        return Selection(merged, tuple([one for _rule, one in clauses]), tuple(words))

    def narrowed(self, selection: Selection, rows: Iterable[Row]) -> Selection:
        """The selection with narrower clauses: rows of the clauses, with the fields `narrow`, say where rules may hold."""
        clauses: list[Clause] = []
        of_tree = self._search.truths.of_tree
        for row in rows:
            living = self._living.get(row.event_id, {})
            texts: dict[str, str | None] = dict(zip(self.narrow, row.texts, strict=True))
            texts[GATE_FIELD] = row.event_id
            if not any(
                rule in living and of_tree(living[rule], texts) is not False for rule in self._by_clause
            ):
                continue
            if len(clauses) == MAX_CLAUSES:
                return selection
            values = [
                {field: frozenset(self._keys[field][text])}
                for field, text in zip(self.narrow, row.texts, strict=True)
            ]
            clauses.append(Clause(tuple(values), frozenset({row.event_id})))
        return selection._replace(clauses=tuple(clauses))

    def worth(self, row: Row) -> bool:
        """Whether a rule may hold in these events."""
        living = self._living.get(row.event_id, {})
        texts: dict[str, str | None] = dict(zip(self.read, row.texts, strict=True))
        texts[GATE_FIELD] = row.event_id
        seen: set[int] = set(self._open(row.event_id, texts))
        for field, by_text in self._by_value.items():
            seen.update(by_text.get(texts[field], ()))
        if row.word:
            seen.update(self._by_word)
        of_tree = self._search.truths.of_tree
        return any(rule in living and of_tree(living[rule], texts) is not False for rule in seen)

    def _open(self, event_id: str, texts: Mapping[str, str | None]) -> tuple[int, ...]:
        """The rules of the clauses that the few values of the fields `narrow` leave open; worked out once for each."""
        key = event_id, tuple([texts[name] for name in self.narrow])
        found = self._opened.get(key)
        if found is None:
            living, of_tree = self._living.get(event_id, {}), self._search.truths.of_tree
            few = dict(zip(self.narrow, key[1], strict=True)) | {GATE_FIELD: event_id}
            found = self._opened[key] = tuple(
                [
                    rule
                    for rule in self._by_clause
                    if rule in living and of_tree(living[rule], few) is not False
                ]
            )
        return found

    def _met(self, values: Mapping[str, Sequence[StoredValue]]) -> dict[int, dict[str, list[StoredValue]]]:
        wanted = {need for rule in self._trees for need in self._search.own(rule)}
        fields_of = self._search.index.fields_of
        met: dict[int, dict[str, list[StoredValue]]] = {}
        for field, found in values.items():
            of_field = frozenset(need for need in wanted if field in fields_of[need])
            for value in found:
                needs = of_field if value.text is None else self._search.needs_met(field, value.text)
                if needs:
                    for need in needs & of_field:
                        met.setdefault(need, {}).setdefault(field, []).append(value)
        return met

    def _needs(
        self,
        rule: int,
        met: dict[int, dict[str, list[StoredValue]]],
        values: Mapping[str, Sequence[StoredValue]],
    ) -> list[_Need] | None:
        """The needs of a rule that were asked for; None if one of them is met nowhere."""
        found = []
        own = self._search.own(rule)
        fields_of = self._search.index.fields_of
        for need in own:
            if not all(
                field in values for field in fields_of[need] if field and self._search.is_known([field])
            ):
                continue
            if "" in fields_of[need]:
                continue
            of_need = self._looked_at(rule, met.get(need, {}))
            if not of_need.events:
                return None
            found.append(of_need)
        if not own:
            more = self._of_leaves(rule, values)
            if more is None:
                return None
            found += more
        return found

    def _of_leaves(self, rule: int, values: Mapping[str, Sequence[StoredValue]]) -> list[_Need] | None:
        """For each field that a rule reads, the values at which it may hold; None if there is a field without any."""
        found = []
        leaves = self._search.index.program.leaves
        for field in sorted({leaves[number].field for number in self._leaves(rule)}):
            if field in values and len(values[field]) <= MAX_LOOKED_AT:
                of_field = self._looked_at(rule, {field: list(values[field])}, all_events=True)
                if not of_field.events:
                    return None
                found.append(of_field)
        return found

    def _looked_at(self, rule: int, met: dict[str, list[StoredValue]], all_events: bool = False) -> _Need:
        """Without the values at which the rule is false anyway. all_events: of one field, each of its values."""
        events = sum(value.events for found in met.values() for value in found)
        if (events > WORTH_A_LOOK or all_events) and sum(map(len, met.values())) <= MAX_LOOKED_AT:
            of_tree, trees = self._search.truths.of_tree, self._trees[rule]
            met = {
                field: [
                    value
                    for value in found
                    if any(of_tree(tree, {field: value.text}) is not False for tree in trees)
                ]
                for field, found in met.items()
            }
            events = sum(value.events for found in met.values() for value in found)
        return _Need({field: found for field, found in met.items() if found}, events)

    def _choose_values(self, rule: int, need: _Need, by_key: dict[str, set[int]]) -> None:
        for field, found in need.values.items():
            by_text = self._by_value.setdefault(field, {})
            for value in found:
                by_text.setdefault(value.text, []).append(rule)
                by_key[field].add(value.key)

    def _clause(self, rule: int, needs: list[_Need]) -> Clause:
        ids = None if self._of_ids[rule] == self._events else frozenset(self._ids[rule])
        values = [
            {field: frozenset(value.key for value in found) for field, found in need.values.items()}
            for need in needs
            if need.events < 0.9 * self._events
        ]
        return Clause(tuple(values), ids)

    def _word_need(self, rule: int) -> int | None:
        """The need that keywords meet, perhaps among fields."""
        fields_of = self._search.index.fields_of
        return next((need for need in self._search.index.needs_of[rule] if "" in fields_of[need]), None)

    def _words(self, rule: int) -> list[str]:
        """Words for the text of an event, of which the rule needs one; none where that says nothing."""
        index, wanted = self._search.index, self._word_need(rule)
        if wanted is None:
            return []
        anchors = index.needs[rule][index.needs_of[rule].index(wanted)]
        runs = [_ASCII.findall(anchor.literal) for anchor in anchors if not anchor.field]
        return [max(found, key=len) for found in runs] if all(runs) else []

    def _asked(self, rule: int, values: Mapping[str, Sequence[StoredValue]]) -> bool:
        """Whether the values of the fields that meet the same need as its keywords were asked for."""
        need = self._word_need(rule)
        assert need is not None
        fields = self._search.index.fields_of[need] - {""}
        return all(field in values for field in fields if self._search.is_known([field]))

    def _to_read(self, rules: Sequence[int]) -> tuple[str, ...]:
        fields = set(self._by_value)
        leaves = self._search.index.program.leaves
        for rule in rules:
            for number in self._leaves(rule):
                leaf = leaves[number]
                fields.add(leaf.field)
                if leaf.whole:
                    fields |= {
                        matcher.field
                        for group in leaf.item.groups
                        for matcher in group
                        if isinstance(matcher, FieldRef)
                    }
        known = self._search.fields
        return tuple(sorted(name for name in fields - {"", GATE_FIELD} if known is None or name in known))


def _need(met: dict[int, dict[str, list[StoredValue]]], number: int | None) -> _Need:
    found = {} if number is None else met.get(number, {})
    return _Need(found, 0)
