"""A set of candidate rules that were found together, and what they decide.

The first times it is met, each rule is decided on the event, leaf by leaf, no more than is needed. A set that
comes again is worth tables: leaves that look at one field are decided from masks, per field and distinct value
one number whose bits say which leaves hold, and what follows from a tuple of masks is remembered. So an event
like earlier ones costs a few look-ups. Rules that also need the whole event (keywords, fieldref, exists) are
remembered as what is left of them under the masks, mostly nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from keng.detect.sigma.masks import FieldMask
from keng.detect.sigma.program import AND, NOT, OR, Part, Program, Tree, holds, leaves_of, reasons, simplify
from keng.detect.sigma.values import text_of
from keng.detect.sigma.whole_event import EventTest, compared, keyword_values
from keng.model.detection import Detection, RuleInfo
from keng.model.event import Event

PATIENCE = 3
"""So many events are decided one by one before the tables are made."""


class Match(NamedTuple):
    """A rule that holds and the fields by which it does."""

    number: int
    rule: RuleInfo
    fields: tuple[str, ...]


class Residue(NamedTuple):
    """What is left of a rule that needs the whole event; tree: over such leaves only; truth: of its other leaves.

    reads: the fields that decide it by their values; None if it takes more.
    """

    number: int
    tree: Tree
    test: EventTest
    truth: dict[int, bool]
    reads: frozenset[str] | None


class Outcome(NamedTuple):
    """What a tuple of masks decides."""

    matches: tuple[Match, ...]
    residues: tuple[Residue, ...]


NOTHING = Outcome((), ())


class Candidates:
    """fields, caches: side by side, for one `map` over both. outcomes: by masks. met: events decided without them."""

    def __init__(self, program: Program, parts: Sequence[Part], known: dict[int, bool]) -> None:
        self.program = program
        self.parts = parts
        self.rules = frozenset(part.rule for part in parts)
        self.known = known
        self.met = 0
        self.fields: tuple[str, ...] = ()
        self.caches: list[dict[Any, int]] = []
        self.outcomes: dict[tuple[int | None, ...], Outcome] = {}
        self._masks: list[FieldMask] = []
        self._place: dict[int, tuple[int, int]] = {}

    def first(self, event: Event) -> Outcome:
        """What an event decides, worked out for itself alone."""
        self.met += 1
        return self._decide(_Leaves(self.program, event).__getitem__)

    def prepare(self) -> int:
        """Make the tables; about how many bytes they take."""
        by_field: dict[str, tuple[int, FieldMask]] = {}
        leaves = self.program.leaves
        for part in self.parts:
            for number in part.fields:
                if number not in self._place:
                    leaf = leaves[number]
                    index, mask = by_field.setdefault(leaf.field, (len(by_field), FieldMask()))
                    self._place[number] = index, mask.add(leaf)
        self._masks = [mask for _, mask in by_field.values()]
        self.caches = [{None: mask.null} for mask in self._masks]
        self.fields = tuple(by_field)
        return 1000 + 200 * len(self._place)

    def forget_values(self) -> None:
        """Empty what is remembered about single values."""
        self.caches = [{None: mask.null} for mask in self._masks]

    def known_masks(self, values: list[Any]) -> tuple[int | None, ...]:
        """Masks of those values that are known."""
        masks: list[int | None] = []
        for value, cache in zip(values, self.caches, strict=True):
            try:
                masks.append(cache.get(value))
            except TypeError:  # a list has no key
                masks.append(None)
        return tuple(masks)

    def masks(self, values: list[Any], known: tuple[int | None, ...]) -> tuple[tuple[int, ...], int]:
        """Masks of the values, `known` with what it lacks, filling the caches; and how many bytes they took."""
        masks: list[int] = []
        added = 0
        for place, mask in enumerate(known):
            if mask is None:
                value, part = values[place], self._masks[place]
                mask = part.mask(value)
                if part.may_cache(value, mask):
                    self.caches[place][value] = mask
                    added += 120 + (len(value) if type(value) is str else 0)
            masks.append(mask)
        return tuple(masks), added

    def decide(self, masks: tuple[int, ...]) -> Outcome:
        """What these masks decide; remembered by the caller in `outcomes`."""
        place = self._place

        def look(number: int) -> bool:
            index, bit = place[number]
            return bool(masks[index] & bit)

        return self._decide(look)

    def _decide(self, look: Callable[[int], bool]) -> Outcome:
        matches = []
        residues = []
        for part in self.parts:
            if not part.whole:
                if holds(part.tree, look):
                    matches.append(self._match(part, look))
                continue
            truth = {number: look(number) for number in part.fields}
            left = simplify(part.tree, truth)
            if left is True:
                matches.append(self._match(part, look))
            elif left is not False:
                residues.append(Residue(part.rule, left, self._compile(left), truth, self._reads(left)))
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

    def _reads(self, tree: Tree) -> frozenset[str] | None:
        read: frozenset[str] = frozenset()
        for number in leaves_of(tree):
            names = compared(self.program.leaves[number].item)
            if names is None:
                return None
            read |= names
        return read

    def _match(self, part: Part, look: Callable[[int], bool]) -> Match:
        # A leaf that the event id left out of the tree, or that needs the whole event, is no reason: the rule
        # holds without it.
        def known(number: int) -> bool:
            value = self.known.get(number)
            return (number in part.fields and look(number)) if value is None else value

        leaves, rule = self.program.leaves, part.rule
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
            truth.seen.update(residue.truth)
            truth.seen.update(self.known)
            named = [self.program.leaves[n] for n in reasons(self.program.trees[residue.number], truth.known)]
            info = self.program.rules[residue.number].info
            found.append((residue.number, Detection(info, event, _matched(named, event), (event.id,))))
        found.sort(key=lambda pair: pair[0])
        return [made for _, made in found]


class _Leaves(dict[int, bool]):
    """Truth of leaves that one field decides, looked up once each; texts are folded once a field."""

    def __init__(self, program: Program, event: Event) -> None:
        super().__init__()
        self._leaves = program.leaves
        self._fields = event.fields
        self._texts: dict[str, tuple[str, str]] = {}

    def __missing__(self, number: int) -> bool:
        leaf = self._leaves[number]
        value = self._fields.get(leaf.field)
        if value is None or isinstance(value, list | tuple | dict):
            truth = leaf.test.holds(value)
        else:
            texts = self._texts.get(leaf.field)
            if texts is None:
                text = value if type(value) is str else str(text_of(value))
                texts = self._texts[leaf.field] = text, text.casefold()
            truth = leaf.test.single(value, *texts)
        self[number] = truth
        return truth


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


def any_holds(residues: tuple[Residue, ...], event: Event) -> bool:
    """Whether one of the residues holds."""
    for residue in residues:  # noqa: SIM110 - a generator costs more here
        if residue.test(event):
            return True
    return False


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
