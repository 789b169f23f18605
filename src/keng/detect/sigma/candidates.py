"""A set of candidate rules that were found together, and what they decide.

Rules whose leaves each look at one field are decided from masks: per field and distinct value one number whose
bits say which leaves hold. The rules that hold are remembered by the tuple of masks, so an event like earlier
ones costs a few look-ups. Rules that need the whole event are evaluated each time.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from keng.detect.sigma.program import Program, Tree, holds, leaves_of, reasons, simplify
from keng.detect.sigma.values import text_of
from keng.detect.sigma.whole_event import keyword_values
from keng.model.detection import Detection, RuleInfo
from keng.model.event import Event

MAX_CACHED_TEXT = 2048
"""Longer values are evaluated anew each time: they seldom repeat and would fill the memory."""


class Match(NamedTuple):
    """A rule that holds and the fields by which it does."""

    rule: RuleInfo
    fields: tuple[str, ...]


class _Field:
    """The leaves of one field. tests: (bit, test); null: bits that hold for null or absent."""

    __slots__ = ("null", "tests")

    def __init__(self) -> None:
        self.tests: list[tuple[int, Any]] = []
        self.null = 0

    def mask(self, value: Any) -> int:
        if value is None:
            return self.null
        mask = 0
        if isinstance(value, list | tuple | dict):
            for bit, test in self.tests:
                if test.holds(value):
                    mask |= bit
            return mask
        text = value if type(value) is str else str(text_of(value))
        folded = text.casefold()
        for bit, test in self.tests:
            if test.single(value, text, folded):
                mask |= bit
        return mask


class Candidates:
    """fields, caches: side by side, for one `map` over both. budget: counts what the caches hold."""

    def __init__(self, program: Program, rules: tuple[int, ...], known: dict[int, bool]) -> None:
        self.program = program
        self.rules = rules
        self.known = known
        self.by_mask: list[tuple[int, Tree]] = []
        self.whole: list[tuple[int, Tree]] = []
        leaves: dict[int, None] = {}
        for rule in rules:
            tree = simplify(program.trees[rule], known)
            numbers = list(leaves_of(tree))
            if any(program.leaves[number].whole for number in numbers):
                self.whole.append((rule, tree))
            else:
                self.by_mask.append((rule, tree))
                leaves.update(dict.fromkeys(numbers))
        by_field: dict[str, _Field] = {}
        self.place: dict[int, tuple[int, int]] = {}
        for number in leaves:
            leaf = program.leaves[number]
            part = by_field.setdefault(leaf.field, _Field())
            bit = 1 << len(part.tests)
            part.tests.append((bit, leaf.test))
            if leaf.test.null:
                part.null |= bit
            self.place[number] = (list(by_field).index(leaf.field), bit)
        self.fields = tuple(by_field)
        self.parts = list(by_field.values())
        self.caches: list[dict[Any, int]] = [{None: part.null} for part in self.parts]
        self.outcomes: dict[tuple[int, ...], tuple[Match, ...]] = {}

    def masks(self, values: list[Any]) -> tuple[tuple[int, ...], int]:
        """Masks of the values, filling the caches; with the number of bytes that were added to them."""
        masks = []
        added = 0
        for value, cache, part in zip(values, self.caches, self.parts, strict=True):
            kind = type(value)
            if kind is str or (kind is int and value > 1):
                mask = cache.get(value)
                if mask is None:
                    mask = part.mask(value)
                    if kind is not str or len(value) <= MAX_CACHED_TEXT:
                        cache[value] = mask
                        added += 120 + (len(value) if kind is str else 0)
            else:
                # True, 1 and 1.0 are one key but not one value; lists have no key: none of them is cached.
                mask = part.mask(value)
            masks.append(mask)
        return tuple(masks), added

    def decide(self, masks: tuple[int, ...]) -> tuple[Match, ...]:
        """Which rules hold under these masks; remembered by the caller in `outcomes`."""

        def truth(number: int) -> bool:
            known = self.known.get(number)
            if known is not None:
                return known
            field, bit = self.place[number]
            return bool(masks[field] & bit)

        matches = []
        for rule, tree in self.by_mask:
            if holds(tree, truth):
                matches.append(self._match(rule, truth))
        return tuple(matches)

    def _match(self, rule: int, truth: Any) -> Match:
        # Leaves that simplification removed may stand under a selection that did not hold: their truth is
        # not among the masks, and they are no reason.
        def known_truth(number: int) -> bool:
            return truth(number) if number in self.known or number in self.place else False

        leaves = self.program.leaves
        names = dict.fromkeys(leaves[n].field for n in reasons(self.program.trees[rule], known_truth))
        return Match(self.program.rules[rule].info, tuple(names))

    def decide_whole(self, event: Event) -> list[Detection]:
        """The rules that need the whole event."""
        found = []
        for rule, tree in self.whole:
            truth = _lazy_truth(self.program, self.known, event)
            if holds(tree, truth):
                found.append(self._explained(rule, event, truth))
        return found

    def _explained(self, rule: int, event: Event, truth: Any) -> Detection:
        matched: dict[str, Any] = {}
        for number in reasons(self.program.trees[rule], truth):
            leaf = self.program.leaves[number]
            if leaf.field == "":
                matched.setdefault("", [])
                matched[""].extend(v for v in keyword_values(leaf.item, event) if v not in matched[""])
            elif leaf.field in event.fields:
                matched[leaf.field] = event.fields[leaf.field]
        return Detection(self.program.rules[rule].info, event, matched, (event.id,))


def _lazy_truth(program: Program, known: dict[int, bool], event: Event) -> Any:
    seen: dict[int, bool] = dict(known)
    fields: Mapping[str, Any] = event.fields

    def truth(number: int) -> bool:
        value = seen.get(number)
        if value is None:
            leaf = program.leaves[number]
            value = leaf.event_test(event) if leaf.whole else leaf.test.holds(fields.get(leaf.field))
            seen[number] = value
        return value

    return truth
