"""Keywords look into the whole event: which rules' keywords may be in which of many events.

The texts of a few dozen events are joined and scanned at once; only where something is found is each event
looked at by itself. What is found is a superset: the rule's own test decides.
"""

from collections.abc import Sequence
from typing import Any

import hyperscan

from keng.detect.sigma.anchors import Anchor
from keng.detect.sigma.needles import literal_pattern
from keng.detect.sigma.values import raw_line, texts_of
from keng.model.event import Event

TOGETHER = 32
_FLAGS = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_CASELESS
_NUMERIC = frozenset("0123456789.+-einfatrulsn")
"""Letters of numbers, `true`, `false`, `inf`, `nan`: what values that are not text can consist of."""


class KeywordScan:
    """The keywords of the rules of one plan, by the number of the rule."""

    def __init__(self, anchors: dict[int, frozenset[Anchor]]) -> None:
        literals: dict[str, set[int]] = {}
        for rule, found in anchors.items():
            for anchor in found:
                if anchor.field == "":
                    literals.setdefault(anchor.literal, set()).add(rule)
        self._rules = [frozenset(rules) for rules in literals.values()]
        self._numbers = any(set(literal) <= _NUMERIC for literal in literals)
        self._hits: list[int] = []
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=[literal_pattern(literal) for literal in literals],
            ids=list(range(len(literals))),
            flags=[_FLAGS] * len(literals),
        )

    def scan(self, events: Sequence[Event], places: Sequence[int]) -> dict[int, frozenset[int]]:
        """For those of the `places` in `events` where a keyword may be: numbers of the rules that have it."""
        found: dict[int, frozenset[int]] = {}
        for start in range(0, len(places), TOGETHER):
            group = places[start : start + TOGETHER]
            if self._find(self._texts([events[place] for place in group])):
                for place in group:
                    if hits := self._find(self._texts([events[place]])):
                        found[place] = frozenset[int]().union(*[self._rules[hit] for hit in hits])
        return found

    def _find(self, texts: list[str]) -> list[int]:
        joined = "\n".join(texts)
        # The database ignores the case of ASCII; other letters are folded first.
        data = joined.encode() if joined.isascii() else joined.casefold().encode("utf-8", "surrogatepass")
        self._hits = []
        self._database.scan(data, match_event_handler=self._hit)
        return self._hits

    def _hit(self, number: int, start: int, end: int, flags: int, context: Any) -> None:
        self._hits.append(number)

    def _texts(self, events: list[Event]) -> list[str]:
        if self._numbers:
            texts = [text for event in events for text in texts_of(event.fields.values())]
        else:
            texts = [value for event in events for value in event.fields.values() if type(value) is str]
            lists = [v for event in events for v in event.fields.values() if type(v) in _NESTED]
            if lists:
                texts.extend(texts_of(lists))
        texts.extend(line for event in events if event.raw and (line := raw_line(event)))
        return texts


_NESTED = frozenset((list, tuple, dict))
