"""What an answer of the event store says about a leaf of a rule: true, false, or open (None).

True and false are final, so that events are loaded only where a rule holds or where it stays open: the store's
text cannot tell an empty value from none, nor a list from a text of many lines, and its Hyperscan is looser than
RE2. Open is decided by the matcher itself, on the event.
"""

from collections.abc import Callable, Mapping, Sequence

from keng.detect.sigma.program import AND, NOT, OR, Leaf, Tree
from keng.detect.sigma.retro_pattern import Asked, of_matcher
from keng.detect.sigma.rule import (
    MANY,
    Cidr,
    Compare,
    Exists,
    FieldRef,
    Item,
    Matcher,
    Null,
    Number,
    Text,
)  # fmt: skip
from keng.model.probe import NO, PERHAPS, YES, Answer, Check, Probe

Truth = bool | None
_EXACT = 1e15
"""Below it a number is the same to the store and to us."""


class FieldProbe:
    """The probe of one field for some leaves, and the truth of each of them from an answer. field "": keywords."""

    def __init__(self, field: str, leaves: Sequence[Leaf]) -> None:
        self._field = field
        self._asked: list[tuple[str, int]] = []
        self._meanings: dict[tuple[str, ...], int] = {}
        self._checks: dict[Check, int] = {}
        self._judges = {leaf.number: self._judge(leaf.item) for leaf in leaves}

    @property
    def probe(self) -> Probe:
        """What to ask."""
        patterns = tuple([pattern for pattern, _meaning in self._asked])
        meanings = tuple([meaning for _pattern, meaning in self._asked])
        return Probe(self._field, patterns, tuple(self._checks), meanings)

    def read(self, answer: Answer) -> dict[int, Truth]:
        """Leaf number → truth."""
        return {number: judge(answer) for number, judge in self._judges.items()}

    def _judge(self, item: Item) -> "Judge":
        groups = [self._of_group(group) for group in item.groups]
        null = any(isinstance(m, Null | Exists | FieldRef) or m == Text(()) for g in item.groups for m in g)
        any_text = any(isinstance(m, Text) and m.parts == (MANY,) for g in item.groups for m in g)
        when_empty: Truth = None if null or any_text else False
        keywords = not self._field

        def judge(seen: Answer) -> Truth:
            if keywords:
                found = all_of([group(seen) for group in groups])
                return False if found is False and not seen.odd else None
            if seen.odd:
                return None
            if seen.empty:
                return when_empty
            return all_of([group(seen) for group in groups])

        return judge

    def _of_group(self, group: Sequence[Matcher]) -> "Judge":
        """Alternatives. Those of the same standing become one question: fewer classes of events."""
        together: dict[tuple[bool, bool, bool], list[str]] = {}
        numbers: list[float] = []
        networks: list[str] = []
        judges: list[Judge] = []
        for matcher in group:
            asked = of_matcher(matcher)
            if asked is not None:
                together.setdefault(asked[1:], []).append(asked.pattern)
            elif self._field and isinstance(matcher, Number) and abs(matcher.value) < _EXACT:
                numbers.append(float(matcher.value))
            elif self._field and isinstance(matcher, Cidr):
                networks.append(matcher.network)
            else:
                judges.append(self._of_matcher(matcher))
        for standing, patterns in together.items():
            judges.append(self._of_patterns(tuple(sorted(set(patterns))), Asked("", *standing)))
        if numbers:
            judges.append(self._of_check(Check("number", numbers=tuple(sorted(numbers)))))
        if networks:
            judges.append(self._of_check(Check("cidr", tuple(sorted(networks)))))
        if len(judges) == 1:
            return judges[0]
        return lambda seen: any_of([judge(seen) for judge in judges])

    def _of_matcher(self, matcher: Matcher) -> "Judge":
        if isinstance(matcher, Null):
            return lambda seen: None if seen.lines else False
        if isinstance(matcher, Exists):
            return lambda seen: matcher.value
        if isinstance(matcher, Text) and matcher.parts == (MANY,):
            return lambda seen: True
        if isinstance(matcher, Text) and not matcher.parts:
            return lambda seen: None if seen.lines else False
        if isinstance(matcher, Compare) and self._field and abs(matcher.value) < _EXACT:
            return self._of_check(Check(matcher.op, numbers=(float(matcher.value),)))
        if isinstance(matcher, FieldRef) and self._field and matcher.field and not matcher.cased:
            return self._of_check(Check(matcher.mode, (matcher.field,)))
        return lambda seen: None

    def _of_check(self, check: Check) -> "Judge":
        number = self._checks.setdefault(check, len(self._checks))
        return lambda seen: None if seen.lines else _READ[seen.checks[number]]

    def _of_patterns(self, patterns: tuple[str, ...], asked: Asked) -> "Judge":
        number = self._meanings.get(patterns)
        if number is None:
            number = self._meanings[patterns] = len(self._meanings) + 1
            self._asked += [(pattern, number) for pattern in patterns]

        def judge(seen: Answer) -> Truth:
            if asked.ascii and seen.foreign:
                return None
            if number not in seen.hits:
                return False
            return True if asked.exact and not (asked.line and seen.lines) else None

        return judge


Judge = Callable[[Answer], Truth]
_READ: dict[int, Truth] = {NO: False, YES: True, PERHAPS: None}


def all_of(parts: Sequence[Truth]) -> Truth:
    """False if one is, else open if one is."""
    if False in parts:
        return False
    return None if None in parts else True


def any_of(parts: Sequence[Truth]) -> Truth:
    """True if one is, else open if one is."""
    if True in parts:
        return True
    return None if None in parts else False


def truth_of(tree: Tree, leaves: Mapping[int, Truth]) -> Truth:
    """A condition over leaves; a leaf that nothing is known of is open."""
    if isinstance(tree, bool):
        return tree
    if isinstance(tree, int):
        return leaves.get(tree)
    if tree[0] == NOT:
        inner = truth_of(tree[1], leaves)
        return None if inner is None else not inner
    parts = [truth_of(arg, leaves) for arg in tree[-1]]
    if tree[0] == AND:
        return all_of(parts)
    if tree[0] == OR:
        return any_of(parts)
    certain, possible = parts.count(True), len(parts) - parts.count(False)
    return True if certain >= tree[1] else None if possible >= tree[1] else False
