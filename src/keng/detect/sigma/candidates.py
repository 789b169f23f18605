"""A set of candidate rules that were found together, and what they decide.

Leaves that look at one field are decided from masks: per field and distinct value one number whose bits say
which leaves hold. What follows from a tuple of masks is remembered, so an event like earlier ones costs a few
look-ups. Rules that also need the whole event (keywords, fieldref, exists) are remembered as what is left of
them under the masks, mostly nothing.
"""

from typing import Any, NamedTuple

from keng.detect.sigma.program import AND, NOT, OR, Program, Tree, holds, leaves_of, reasons, simplify
from keng.detect.sigma.values import text_of
from keng.detect.sigma.whole_event import EventTest, keyword_values
from keng.model.detection import Detection, RuleInfo
from keng.model.event import Event

MAX_CACHED_TEXT = 2048
"""Longer values are evaluated anew each time: they seldom repeat and would fill the memory."""
_SMALL = (0, 1)


class Match(NamedTuple):
    """A rule that holds and the fields by which it does."""

    number: int
    rule: RuleInfo
    fields: tuple[str, ...]


class Residue(NamedTuple):
    """What is left of a rule that needs the whole event; tree: over such leaves only."""

    number: int
    tree: Tree
    test: EventTest
    masks: tuple[int, ...]


class Outcome(NamedTuple):
    """What a tuple of masks decides."""

    matches: tuple[Match, ...]
    residues: tuple[Residue, ...]


NOTHING = Outcome((), ())


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

    def may_cache(self, value: Any, mask: int) -> bool:
        """Whether every value that equals this one as a key has this mask: 1, 1.0 and True are one key."""
        if type(value) is str:
            return len(value) <= MAX_CACHED_TEXT
        if isinstance(value, int | float) and abs(value) < 1e15:
            return value not in _SMALL or self.mask(bool(value)) == self.mask(int(value)) == mask
        return False


class Candidates:
    """fields, caches: side by side, for one `map` over both. outcomes: by masks."""

    def __init__(self, program: Program, trees: tuple[tuple[int, Tree], ...], known: dict[int, bool]) -> None:
        self.program = program
        self.rules = frozenset(rule for rule, _ in trees)
        self.known = known
        self.trees: list[tuple[int, Tree, bool]] = []
        numbers: dict[int, None] = {}
        for rule, tree in trees:
            leaves = dict.fromkeys(leaves_of(tree))
            numbers.update(leaves)
            self.trees.append((rule, tree, any(program.leaves[number].whole for number in leaves)))
        by_field: dict[str, tuple[int, _Field]] = {}
        self.place: dict[int, tuple[int, int]] = {}
        for number in numbers:
            leaf = program.leaves[number]
            if leaf.whole:
                continue
            index, part = by_field.setdefault(leaf.field, (len(by_field), _Field()))
            bit = 1 << len(part.tests)
            part.tests.append((bit, leaf.test))
            if leaf.test.null:
                part.null |= bit
            self.place[number] = (index, bit)
        self.fields = tuple(by_field)
        self.parts = [part for _, part in by_field.values()]
        self.caches: list[dict[Any, int]] = [{None: part.null} for part in self.parts]
        self.outcomes: dict[tuple[int, ...], Outcome] = {}

    def masks(self, values: list[Any]) -> tuple[tuple[int, ...], int]:
        """Masks of the values, filling the caches; with the number of bytes that were added to them."""
        masks = []
        added = 0
        for value, cache, part in zip(values, self.caches, self.parts, strict=True):
            try:
                mask = cache.get(value)
            except TypeError:  # a list has no key
                mask = part.mask(value)
            if mask is None:
                mask = part.mask(value)
                if part.may_cache(value, mask):
                    cache[value] = mask
                    added += 120 + (len(value) if type(value) is str else 0)
            masks.append(mask)
        return tuple(masks), added

    def decide(self, masks: tuple[int, ...]) -> Outcome:
        """What these masks decide; remembered by the caller in `outcomes`."""
        truth = {number: bool(masks[index] & bit) for number, (index, bit) in self.place.items()}
        matches = []
        residues = []
        look = truth.__getitem__
        for rule, tree, whole in self.trees:
            left = simplify(tree, truth) if whole else holds(tree, look)
            if left is True:
                matches.append(self._match(rule, truth))
            elif left is not False:
                residues.append(Residue(rule, left, self._compile(left), masks))
        return Outcome(tuple(matches), tuple(residues)) if matches or residues else NOTHING

    def _compile(self, tree: Tree) -> EventTest:
        """A tree over leaves that need the whole event, as one function."""
        if isinstance(tree, bool):
            return lambda event: tree
        if isinstance(tree, int):
            return self.program.leaves[tree].event_test
        if tree[0] == NOT:
            inner = self._compile(tree[1])
            return lambda event: not inner(event)
        tests = [self._compile(arg) for arg in tree[-1]]
        if tree[0] == AND:
            return lambda event: all(test(event) for test in tests)
        needed = 1 if tree[0] == OR else tree[1]
        return lambda event: sum(test(event) for test in tests) >= needed

    def _match(self, rule: int, truth: dict[int, bool]) -> Match:
        # A leaf that is neither known nor placed needs the whole event, and the rule holds without it.
        def known(number: int) -> bool:
            value = self.known.get(number)
            return truth.get(number, False) if value is None else value

        leaves = self.program.leaves
        names = dict.fromkeys(leaves[n].field for n in reasons(self.program.trees[rule], known))
        return Match(rule, self.program.rules[rule].info, tuple(names))

    def settle(self, outcome: Outcome, event: Event) -> list[Detection]:
        """Matches and residues of an outcome, in the order of the rules."""
        held = [residue for residue in outcome.residues if residue.test(event)]
        if not held and not outcome.matches:
            return []
        found = [(match.number, detection(match, event)) for match in outcome.matches]
        for residue in held:
            truth = _EventTruth(self.program, event)
            holds(residue.tree, truth.look)
            for number, (index, bit) in self.place.items():
                truth.seen[number] = bool(residue.masks[index] & bit)
            truth.seen.update(self.known)
            named = [self.program.leaves[n] for n in reasons(self.program.trees[residue.number], truth.known)]
            info = self.program.rules[residue.number].info
            found.append((residue.number, Detection(info, event, _matched(named, event), (event.id,))))
        found.sort(key=lambda pair: pair[0])
        return [made for _, made in found]


class _EventTruth:
    """Truth of leaves that need the whole event, looked up once each."""

    __slots__ = ("event", "program", "seen")

    def __init__(self, program: Program, event: Event) -> None:
        self.program = program
        self.event = event
        self.seen: dict[int, bool] = {}

    def look(self, number: int) -> bool:
        truth = self.seen.get(number)
        if truth is None:
            truth = self.seen[number] = self.program.leaves[number].event_test(self.event)
        return truth

    def known(self, number: int) -> bool:
        """Only what has been looked at: what the rule held without is no reason."""
        return self.seen.get(number, False)


def detection(match: Match, event: Event) -> Detection:
    """The detection of a match."""
    fields = event.fields
    return Detection(match.rule, event, {name: fields.get(name) for name in match.fields}, (event.id,))


def _matched(leaves: list[Any], event: Event) -> dict[str, Any]:
    matched: dict[str, Any] = {}
    for leaf in leaves:
        if leaf.field == "":
            values = matched.setdefault("", [])
            values.extend(value for value in keyword_values(leaf.item, event) if value not in values)
        elif leaf.field in event.fields:
            matched[leaf.field] = event.fields[leaf.field]
    return matched
