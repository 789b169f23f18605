"""What the store's texts say about a leaf of a rule: true, false, or open (None).

True and false are final, so that events are loaded only where a rule holds or where it stays open: the text of a
value does not tell an empty one from none, nor a list from a text of many lines. Open is decided by the engine, on
the event itself.
"""

from collections.abc import Callable, Mapping, Sequence

from keng.detect.sigma.predicate import ItemTest
from keng.detect.sigma.program import AND, NOT, OR, Leaf, Tree
from keng.detect.sigma.retro_texts import originals
from keng.detect.sigma.rule import Exists, FieldRef, Item, Matcher

Truth = bool | None
Texts = Mapping[str, str | None]
"""Field → its text in the store; None where it is no text. A field that is not there is not known."""
MAX_KNOWN = 200_000
_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "is": str.__eq__,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": str.__contains__,
}


class Truths:
    """Truths of leaves. What one field's text decides is remembered."""

    def __init__(self, leaves: Sequence[Leaf]) -> None:
        self._leaves = leaves
        self._known: dict[tuple[int, str], Truth] = {}
        self._others: dict[Matcher, ItemTest] = {}

    def of_leaf(self, number: int, texts: Texts) -> Truth:
        """The truth of a leaf; keywords are always open."""
        leaf = self._leaves[number]
        text = texts.get(leaf.field)
        if text is None or not leaf.field:
            return None
        if leaf.whole:
            return all_of(
                [
                    any_of([self._of_matcher(leaf.field, matcher, text, texts) for matcher in group])
                    for group in leaf.item.groups
                ]
            )
        key = (number, text)
        if key not in self._known:
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            self._known[key] = _same(leaf.test, text)
        return self._known[key]

    def of_tree(self, tree: Tree, texts: Texts) -> Truth:
        """The truth of a condition."""
        return truth_of(tree, lambda number: self.of_leaf(number, texts))

    def _of_matcher(self, field: str, matcher: Matcher, text: str, texts: Texts) -> Truth:
        if isinstance(matcher, Exists):
            return matcher.value if text else None
        if isinstance(matcher, FieldRef):
            return _refers(matcher, text, texts.get(matcher.field))
        test = self._others.get(matcher)
        if test is None:
            test = self._others[matcher] = ItemTest(Item(field, ((matcher,),)))
        return _same(test, text)


def _same(test: ItemTest, text: str) -> Truth:
    values = originals(text)
    if values is None:
        return None
    first = test.holds(values[0])
    for value in values[1:]:
        if test.holds(value) is not first:
            return None
    return first


def _refers(matcher: FieldRef, text: str, other: str | None) -> Truth:
    if not text or not other or originals(text) is None or originals(other) is None:
        return None
    if "\n" in text or "\n" in other or text.endswith(".0") or other.endswith(".0"):
        return None
    compare = _COMPARE[matcher.mode]
    return compare(text, other) if matcher.cased else compare(text.casefold(), other.casefold())


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


def truth_of(tree: Tree, leaf: Callable[[int], Truth]) -> Truth:
    """A condition over leaves in three values."""
    if isinstance(tree, bool):
        return tree
    if isinstance(tree, int):
        return leaf(tree)
    if tree[0] == NOT:
        inner = truth_of(tree[1], leaf)
        return None if inner is None else not inner
    if tree[0] in (AND, OR):
        decisive, open_ = tree[0] == OR, False
        for arg in tree[1]:
            truth = truth_of(arg, leaf)
            if truth is decisive:
                return decisive
            open_ |= truth is None
        return None if open_ else not decisive
    parts = [truth_of(arg, leaf) for arg in tree[-1]]
    certain, possible = parts.count(True), len(parts) - parts.count(False)
    return True if certain >= tree[1] else None if possible >= tree[1] else False
