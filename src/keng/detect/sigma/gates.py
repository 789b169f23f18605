"""The event id as a gate: which leaves on it hold for one event id, all at once.

Nearly all of them compare it with numbers or plain texts, so a look into a table answers for a thousand rules.
"""

from collections.abc import Iterable

from keng.detect.sigma.predicate import shape_of
from keng.detect.sigma.program import Leaf
from keng.detect.sigma.rule import Number, Text
from keng.detect.sigma.values import number_of


class Gates:
    """leaves: those on the event id that need nothing else of the event; all of them are answered for."""

    def __init__(self, leaves: Iterable[Leaf]) -> None:
        self.numbers: frozenset[int] = frozenset()
        self._by_number: dict[int | float, list[int]] = {}
        self._by_text: dict[str, list[int]] = {}
        self._others: list[Leaf] = []
        self._all: list[Leaf] = list(leaves)
        self.numbers = frozenset(leaf.number for leaf in self._all)
        for leaf in self._all:
            if not self._tabled(leaf):
                self._others.append(leaf)

    def _tabled(self, leaf: Leaf) -> bool:
        if len(leaf.item.groups) != 1:
            return False
        (group,) = leaf.item.groups
        for matcher in group:
            if isinstance(matcher, Text) and (matcher.cased or matcher.dash or not _exact(matcher)):
                return False
            if not isinstance(matcher, Text | Number):
                return False
        for matcher in group:
            if isinstance(matcher, Text):
                literal = str(matcher.parts[0]) if matcher.parts else ""
                self._by_text.setdefault(literal.casefold(), []).append(leaf.number)
            elif isinstance(matcher, Number):
                self._by_number.setdefault(matcher.value, []).append(leaf.number)
        return True

    def known(self, event_id: int | str | None) -> dict[int, bool]:
        """Leaf to its truth for this event id (None: absent)."""
        if event_id is None:
            return {leaf.number: leaf.test.null for leaf in self._all}
        truth = dict.fromkeys(self.numbers, False)
        number = number_of(event_id)
        held = self._by_text.get(str(event_id).casefold(), [])
        held = held + (self._by_number.get(number, []) if number is not None else [])
        truth.update(dict.fromkeys(held, True))
        for leaf in self._others:
            truth[leaf.number] = leaf.test.holds(event_id)
        return truth


def _exact(matcher: Text) -> bool:
    shape = shape_of(matcher.parts)
    return shape is not None and shape[0] == "exact"
