"""Rules as the engine sees them: equal items of all rules are one leaf, conditions are trees over leaves."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from keng.detect.sigma.predicate import ItemTest
from keng.detect.sigma.rule import And, AtLeast, Expr, Item, Not, Ref, Rule
from keng.detect.sigma.whole_event import EventTest, event_test, needs_event

AND, OR, NOT, ATLEAST = 1, 2, 3, 4
Tree = int | tuple[Any, ...] | bool
"""A leaf's number, a constant, or (AND, trees) · (OR, trees) · (NOT, tree) · (ATLEAST, count, trees)."""


class Leaf:
    """One item, shared by every rule that has it.

    whole: only the whole event decides it (keywords, fieldref, exists); it is looked at only for a rule that
    everything else leaves open.
    """

    __slots__ = ("_event", "_test", "field", "item", "number", "whole")

    def __init__(self, number: int, item: Item) -> None:
        self.number = number
        self.item = item
        self.field = item.field
        self.whole = needs_event(item)
        self._test: ItemTest | None = None
        self._event: EventTest | None = None

    @property
    def test(self) -> ItemTest:
        """Compiled on first use: of thousands of rules, most never come to be evaluated."""
        if self._test is None:
            self._test = ItemTest(self.item)
        return self._test

    @property
    def event_test(self) -> EventTest:
        """The same as a function of the event, for leaves that need all of it."""
        if self._event is None:
            self._event = event_test(self.item)
        return self._event


class Part(NamedTuple):
    """A rule as a plan faces it. fields: leaves that one field decides; whole: those that need the whole event."""

    rule: int
    tree: Tree
    fields: tuple[int, ...]
    whole: tuple[int, ...]


class Program:
    """All rules over shared leaves. trees[i] and numbers[i] (its leaves, each once) belong to rules[i]."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self.leaves: list[Leaf] = []
        self._numbers: dict[Item, int] = {}
        self._seen: dict[int, None] = {}
        self.trees: list[Tree] = []
        self.numbers: list[tuple[int, ...]] = []
        for rule in rules:
            self.trees.append(self._tree(rule.condition, rule.selections))
            self.numbers.append(tuple(self._seen))
            self._seen = {}
        del self._numbers, self._seen
        self._parts: dict[int, Part] = {}

    def _tree(self, expression: Expr, selections: dict[str, Expr]) -> Tree:
        if isinstance(expression, Ref):
            return self._tree(selections[expression.name], selections)
        if isinstance(expression, Item):
            item = Item(expression.field, expression.groups)
            number = self._numbers.setdefault(item, len(self.leaves))
            if number == len(self.leaves):
                self.leaves.append(Leaf(number, item))
            self._seen[number] = None
            return (NOT, number) if expression.negated else number
        if isinstance(expression, Not):
            return (NOT, self._tree(expression.arg, selections))
        args = tuple(self._tree(arg, selections) for arg in expression.args)
        if isinstance(expression, AtLeast):
            return (ATLEAST, expression.count, args)
        return (AND if isinstance(expression, And) else OR, args)

    def part(self, rule: int) -> Part:
        """A rule with its whole tree."""
        part = self._parts.get(rule)
        if part is None:
            part = self._parts[rule] = self.part_of(rule, self.trees[rule], self.numbers[rule])
        return part

    def part_of(self, rule: int, tree: Tree, numbers: Iterable[int]) -> Part:
        """A rule with what is left of its tree; numbers: of the leaves in it, each once."""
        leaves = self.leaves
        fields: list[int] = []
        whole: list[int] = []
        for number in numbers:
            (whole if leaves[number].whole else fields).append(number)
        return Part(rule, tree, tuple(fields), tuple(whole))


def leaves_of(tree: Tree) -> Iterator[int]:
    """Numbers of the leaves in a tree, with repetitions."""
    if isinstance(tree, bool):
        return
    if isinstance(tree, int):
        yield tree
    elif tree[0] == NOT:
        yield from leaves_of(tree[1])
    else:
        for arg in tree[-1]:
            yield from leaves_of(arg)


def holds(tree: Tree, truth: Callable[[int], bool]) -> bool:
    """Evaluate a tree; loops instead of generators, for this is where time goes."""
    if type(tree) is int:
        return truth(tree)
    if isinstance(tree, bool | int):
        return tree is True
    kind = tree[0]
    if kind == AND:
        for arg in tree[1]:  # noqa: SIM110
            if not (truth(arg) if type(arg) is int else holds(arg, truth)):
                return False
        return True
    if kind == OR:
        for arg in tree[1]:  # noqa: SIM110
            if truth(arg) if type(arg) is int else holds(arg, truth):
                return True
        return False
    if kind == NOT:
        return not holds(tree[1], truth)
    count: int = tree[1]
    return sum(holds(arg, truth) for arg in tree[2]) >= count


def simplify(tree: Tree, known: dict[int, bool]) -> Tree:
    """The tree with known leaves put in and constants removed."""
    if isinstance(tree, bool):
        return tree
    if isinstance(tree, int):
        return known.get(tree, tree)
    kind = tree[0]
    if kind == NOT:
        inner = simplify(tree[1], known)
        return not inner if isinstance(inner, bool) else (NOT, inner)
    if kind == ATLEAST:
        args = [simplify(arg, known) for arg in tree[2]]
        needed = tree[1] - sum(arg is True for arg in args)
        open_args = tuple(arg for arg in args if not isinstance(arg, bool))
        if needed <= 0:
            return True
        return False if needed > len(open_args) else (ATLEAST, needed, open_args)
    decisive = kind == OR
    kept = []
    for arg in tree[1]:
        part = simplify(arg, known)
        if isinstance(part, bool):
            if part is decisive:
                return decisive
            continue
        kept.append(part)
    if not kept:
        return not decisive
    return kept[0] if len(kept) == 1 else (kind, tuple(kept))


def reasons(tree: Tree, truth: Callable[[int], bool]) -> Iterator[int]:
    """Leaves that are true and by which a true tree holds; nothing under a negation."""
    if isinstance(tree, bool) or (not isinstance(tree, int) and tree[0] == NOT):
        return
    if isinstance(tree, int):
        if truth(tree):
            yield tree
        return
    for arg in tree[-1]:
        if tree[0] == AND or holds(arg, truth):
            yield from reasons(arg, truth)
