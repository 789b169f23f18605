"""Anchors: for each rule a smallest set of literals of which at least one must occur for the rule to match.

AND: the cheapest child. OR: all children together. NOT: none. A rule without anchors is always a candidate
within its log source. Anchors decide nothing; they only say which rules are worth evaluating, so a literal
may be looser than its matcher, never tighter.
"""

from typing import NamedTuple

from keng.detect.sigma.commonness import share
from keng.detect.sigma.predicate import shape_of
from keng.detect.sigma.program import AND, ATLEAST, NOT, Leaf, Program, Tree
from keng.detect.sigma.regex_scan import can_prefilter
from keng.detect.sigma.rule import Boolean, Matcher, Number, Regex, Text

GATE_FIELD = "EventID"
"""Resolved before anchors are looked for (see plan.py), so it makes no good anchor."""


class Anchor(NamedTuple):
    """kind: exact, starts, ends, contains (literal: folded text), number (literal: decimal text) or regex
    (literal: the expression as it is)."""

    field: str
    kind: str
    literal: str


Anchors = tuple[float, frozenset[Anchor]]
"""(expected share of events that hit one of them, the anchors)."""


def choose_anchors(program: Program) -> list[frozenset[Anchor] | None]:
    """Per rule its anchors, or None if it has to be always a candidate."""
    of_leaf = [_leaf_anchors(leaf) for leaf in program.leaves]
    chosen: list[frozenset[Anchor] | None] = []
    for tree in program.trees:
        found = _of_tree(tree, True, of_leaf)
        chosen.append(None if found is None else found[1])
    return chosen


def _of_tree(tree: Tree, positive: bool, of_leaf: list[Anchors | None]) -> Anchors | None:
    if isinstance(tree, bool):
        return None
    if isinstance(tree, int):
        return of_leaf[tree] if positive else None
    if tree[0] == NOT:
        return _of_tree(tree[1], not positive, of_leaf)
    found = [_of_tree(arg, positive, of_leaf) for arg in tree[-1]]
    if tree[0] == ATLEAST:
        if not positive:
            return None
        # Any count of them can be absent but count - 1: so many of the others must include a true one.
        usable = sorted((part for part in found if part is not None), key=lambda part: part[0])
        needed = len(found) - tree[1] + 1
        return _union(usable[:needed]) if len(usable) >= needed else None
    if (tree[0] == AND) is positive:
        usable = [part for part in found if part is not None]
        return min(usable, key=lambda part: part[0]) if usable else None
    return _union(found)


def _union(parts: list[Anchors | None] | list[Anchors]) -> Anchors | None:
    cost, anchors = 0.0, set[Anchor]()
    for part in parts:
        if part is None:
            return None
        cost += part[0]
        anchors |= part[1]
    return cost, frozenset(anchors)


def _leaf_anchors(leaf: Leaf) -> Anchors | None:
    best: Anchors | None = None
    for group in leaf.item.groups:
        cost, anchors = 0.0, set[Anchor]()
        for matcher in group:
            anchor = _matcher_anchor(leaf.field, matcher)
            if anchor is None:
                break
            anchors.add(anchor)
        else:
            cost = sum(share(anchor.field, anchor.kind, anchor.literal) for anchor in anchors)
            if leaf.field == GATE_FIELD:
                cost += 100
            if best is None or cost < best[0]:
                best = (cost, frozenset(anchors))
    return best


def _matcher_anchor(field: str, matcher: Matcher) -> Anchor | None:
    if isinstance(matcher, Number):
        return Anchor(field, "number", repr(matcher.value))
    if isinstance(matcher, Boolean):
        return Anchor(field, "exact", "true" if matcher.value else "false")
    if isinstance(matcher, Regex):
        return Anchor(field, "regex", matcher.pattern) if field and can_prefilter(matcher.pattern) else None
    if not isinstance(matcher, Text):
        return None
    shape = None if matcher.dash else shape_of(matcher.parts)
    if shape is not None:
        kind, literal = shape
        if kind == "any" or (not literal and kind != "exact"):
            return None
        # Keywords are searched in the joined text of the event, where only "contains" keeps its meaning.
        return Anchor(field, kind if field else "contains", literal.casefold())
    pieces = [part for part in matcher.parts if isinstance(part, str)]
    if matcher.dash:
        pieces = [piece for part in pieces for piece in part.split("-")]
    literal = max(pieces, key=len, default="").casefold()
    return Anchor(field, "contains", literal) if literal else None
