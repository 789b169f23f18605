"""Anchors: for each rule sets of literals; of each set at least one must occur for the rule to match.

AND: the cheapest children, each a set. OR: all children together. NOT: none. A rule without anchors is always a
candidate within its log source. Anchors decide nothing; they only say which rules are worth evaluating, so a
literal may be looser than its matcher, never tighter.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from keng.detect.sigma.commonness import share
from keng.detect.sigma.predicate import shape_of
from keng.detect.sigma.program import AND, ATLEAST, NOT, OR, Leaf, Program, Tree
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


MAX_NEEDS = 3
_WORTH = 0.35
_MAX_MORE = 64
_POPULAR = 4


def choose_anchors(program: Program) -> list[frozenset[Anchor] | None]:
    """Per rule the one best set of anchors, or None if it has to be always a candidate."""
    of_leaf = [_best(_leaf_options(leaf)) for leaf in program.leaves]
    chosen: list[frozenset[Anchor] | None] = []
    for tree in program.trees:
        found = _of_tree(tree, True, of_leaf)
        chosen.append(None if found is None else found[1])
    return chosen


def choose_needs(program: Program) -> list[tuple[frozenset[Anchor], ...]]:
    """Per rule up to MAX_NEEDS sets of anchors, each of which it needs; none: it is always a candidate.

    Every field that is looked at costs each event a little, so fields that few rules of a log source need are
    left alone where there is another way.
    """
    of_leaf = [_leaf_options(leaf) for leaf in program.leaves]
    best_of_leaf = [_best(options) for options in of_leaf]
    options = [
        sorted(set(_options(tree, of_leaf, best_of_leaf)), key=lambda part: (part[0], sorted(part[1])))
        for tree in program.trees
    ]
    popular: Counter[tuple[str, str, str, str]] = Counter()
    sources = [(rule.source.product, rule.source.category, rule.source.service) for rule in program.rules]
    for source, found in zip(sources, options, strict=True):
        if found:
            popular.update((*source, field) for field in _fields(found[0][1]))
    chosen = []
    for source, found in zip(sources, options, strict=True):
        usual = [
            part
            for part in found
            if all(popular[*source, field] >= _POPULAR or field == "" for field in _fields(part[1]))
        ]
        chosen.append(tuple(_choose(found, usual)))
    return chosen


def _choose(found: list[Anchors], usual: list[Anchors]) -> Iterator[frozenset[Anchor]]:
    if not found:
        return
    first = usual[0] if usual and usual[0][0] <= max(found[0][0], _WORTH) else found[0]
    yield first[1]
    names = _fields(first[1])
    if "" in names and len(names) > 1:
        return
    # One scan finds the keywords of all rules, so they are asked for however common they are.
    keywords = [anchors for _, anchors in found if _fields(anchors) == {""}]
    if "" not in names:
        yield from keywords[:1]
    more = [
        anchors
        for cost, anchors in usual
        if cost <= _WORTH and anchors != first[1] and len(anchors) <= _MAX_MORE
    ]
    yield from [anchors for anchors in more if not _fields(anchors) & {"", GATE_FIELD}][: MAX_NEEDS - 1]


def _fields(anchors: frozenset[Anchor]) -> set[str]:
    return {anchor.field for anchor in anchors}


def _options(tree: Tree, of_leaf: list[list[Anchors]], best: list[Anchors | None]) -> list[Anchors]:
    """Sets of anchors, each of which the tree needs."""
    if isinstance(tree, bool):
        return []
    if isinstance(tree, int):
        return of_leaf[tree]
    if tree[0] == AND:
        return [option for arg in tree[1] for option in _options(arg, of_leaf, best)]
    if tree[0] == OR:
        parts = [sorted(_options(arg, of_leaf, best), key=lambda part: part[0]) for arg in tree[1]]
        if not all(parts):
            return []
        unions = [
            _union([part[min(place, len(part) - 1)] for part in parts])
            for place in range(min(MAX_NEEDS, max(map(len, parts))))
        ]
        return [union for union in unions if union is not None]
    found = _of_tree(tree, True, best)
    return [] if found is None else [found]


def _best(options: list[Anchors]) -> Anchors | None:
    return min(options, key=lambda part: part[0]) if options else None


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


def _leaf_options(leaf: Leaf) -> list[Anchors]:
    """One set for each group that has one."""
    options: list[Anchors] = []
    for group in leaf.item.groups:
        found = [_matcher_anchor(leaf.field, matcher) for matcher in group]
        anchors = frozenset(anchor for anchor in found if anchor is not None)
        if None not in found and anchors:
            cost = sum(share(anchor.field, anchor.kind, anchor.literal) for anchor in anchors)
            options.append((cost + 100 if leaf.field == GATE_FIELD else cost, anchors))
    return options


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
