"""Keywords look into the whole event: which rules' keywords may be in which of many events.

The values of a few dozen events are joined as Python writes them and scanned at once; only where something is
found is each event looked at by itself. What is found is a superset, and the rule's own test decides:
- a list is joined as its `repr`, which doubles backslashes and may escape quotes: the patterns allow for that;
- Hyperscan ignores the case of ASCII only: a text with one of the few other characters that fold to ASCII, and
  every text if a keyword has other letters, is folded first.
"""

from collections.abc import Sequence
from itertools import chain
from operator import attrgetter
from typing import Any

import hyperscan

from keng.detect.sigma.anchors import Anchor
from keng.detect.sigma.needles import literal_pattern
from keng.detect.sigma.values import raw_line, texts_of
from keng.model.event import Event

TOGETHER = 32
_FLAGS = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_CASELESS
_FOLDING = "\xdf\u0130\u0149\u017f\u01f0\u1e96\u1e97\u1e98\u1e99\u1e9a\u1e9e\u212a\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06"
"""Characters beyond ASCII whose folded form has ASCII in it: the Kelvin sign, long s, sharp s, ligatures …"""
_fields = attrgetter("fields")


class KeywordScan:
    """The keywords of the rules of one plan, by the number of the rule."""

    def __init__(self, anchors: dict[int, frozenset[Anchor]]) -> None:
        literals: dict[str, set[int]] = {}
        for rule, found in anchors.items():
            for anchor in found:
                if anchor.field == "":
                    literals.setdefault(anchor.literal, set()).add(rule)
        self._rules = [frozenset(rules) for rules in literals.values()]
        self._plain = all(literal.isprintable() for literal in literals)
        self._fold = not all(literal.isascii() for literal in literals)
        self._folding = len(literals)
        self._hits: list[int] = []
        expressions = [_expression(literal) for literal in literals]
        if not self._fold:
            expressions.append(b"|".join(literal_pattern(char) for char in _FOLDING))
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=expressions, ids=list(range(len(expressions))), flags=[_FLAGS] * len(expressions)
        )

    def scan(self, events: Sequence[Event], places: Sequence[int]) -> dict[int, frozenset[int]]:
        """For those of the `places` in `events` where a keyword may be: numbers of the rules that have it."""
        found: dict[int, frozenset[int]] = {}
        for start in range(0, len(places), TOGETHER):
            group = places[start : start + TOGETHER]
            if self._find(self._joined([events[place] for place in group])):
                for place in group:
                    if hits := self._find(self._joined([events[place]])):
                        found[place] = frozenset[int]().union(*[self._rules[hit] for hit in hits])
        return found

    def _find(self, text: str) -> list[int]:
        ascii_only = text.isascii()
        if self._fold and not ascii_only:
            text = text.casefold()
        hits = self._scan(text)
        if not ascii_only and not self._fold and self._folding in hits:
            hits = self._scan(text.casefold())
        return [hit for hit in hits if hit != self._folding] if hits else hits

    def _scan(self, text: str) -> list[int]:
        self._hits = []
        self._database.scan(text.encode("utf-8", "surrogatepass"), match_event_handler=self._hit)
        return self._hits

    def _hit(self, number: int, start: int, end: int, flags: int, context: Any) -> None:
        self._hits.append(number)

    def _joined(self, events: list[Event]) -> str:
        values = chain.from_iterable(map(dict.values, map(_fields, events)))
        text = "\n".join(map(str, values) if self._plain else texts_of(values))
        lines = [line for event in events if event.raw and (line := raw_line(event))]
        return "\n".join([text, *lines]) if lines else text


def _expression(literal: str) -> bytes:
    return b"".join(
        rb"\x5c{1,2}"
        if char == "\\"
        else rb"\x5c?" + literal_pattern(char)
        if char in "'\""
        else literal_pattern(char)
        for char in literal
    )
