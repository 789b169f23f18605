"""Keywords look into the whole event: which rules' keywords may be in which of many events.

The fields of a few dozen events are written as one JSON text, which C does in less than a microsecond an event,
and scanned at once; only where something is found is each event looked at by itself. What is found is a
superset (names of fields are scanned too), and the rule's own test decides:
- JSON doubles backslashes and escapes quotes: the patterns allow for that;
- Hyperscan ignores the case of ASCII only: a text with one of the few other characters that fold to ASCII, and
  every text if a keyword has other letters, is folded first;
- keywords with control characters or that could stand in a number written another way, and events that JSON
  cannot hold, are scanned as plain texts.
"""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import hyperscan
import orjson

from keng.detect.sigma.anchors import Anchor
from keng.detect.sigma.needles import find_any, literal_pattern
from keng.detect.sigma.regex_scan import restored
from keng.detect.sigma.values import raw_line, texts_of
from keng.model.event import Event

TOGETHER = 32
_FLAGS = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_CASELESS
_FOLDING = "\xdf\u0130\u0149\u017f\u01f0\u1e96\u1e97\u1e98\u1e99\u1e9a\u1e9e\u212a\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06"
"""Characters beyond ASCII whose folded form has ASCII in it: the Kelvin sign, long s, sharp s, ligatures …"""
_IN_NUMBERS = frozenset("0123456789.e+-")
_WORDS_OF_NUMBERS = ("inf", "nan")
_fields = attrgetter("fields")


class KeywordScan:
    """The keywords of some rules, by the number of the rule. stored: the database from the cache.

    rules: per keyword those that have it. as_json: whether the keywords can be looked for in JSON text.
    """

    def __init__(self, anchors: dict[int, frozenset[Anchor]], stored: bytes = b"") -> None:
        literals: dict[str, set[int]] = {}
        for rule, found in sorted(anchors.items()):
            for anchor in sorted(found):
                if anchor.field == "":
                    literals.setdefault(anchor.literal, set()).add(rule)
        self.rules = [frozenset(rules) for rules in literals.values()]
        self.as_json = all(literal.isprintable() and not _in_number(literal) for literal in literals)
        self._fold = not all(literal.isascii() for literal in literals)
        self._folds = find_any(_FOLDING)
        self._hits: list[int] = []
        self._database = restored(stored) or _compiled(list(literals))

    def dump(self) -> bytes:
        """The database as bytes for the cache."""
        return bytes(hyperscan.dumpb(self._database))

    def find(self, text: bytes) -> list[int]:
        """Places in `rules` of the keywords that may be in a text."""
        if not text.isascii() and (self._fold or self._folds(text)):
            text = text.decode("utf-8", "surrogatepass").casefold().encode("utf-8", "surrogatepass")
        self._hits = []
        self._database.scan(text, match_event_handler=self._hit)
        return self._hits

    def _hit(self, number: int, start: int, end: int, flags: int, context: Any) -> None:
        self._hits.append(number)


def keyword_hits(
    scans: Sequence[KeywordScan], events: Sequence[Event], places: Sequence[int]
) -> dict[int, frozenset[int]]:
    """For those of the `places` in `events` where a keyword may be: numbers of the rules that have it."""
    found: dict[int, frozenset[int]] = {}
    as_json = all(scan.as_json for scan in scans)
    for start in range(0, len(places), TOGETHER):
        group = places[start : start + TOGETHER]
        text = _text([events[place] for place in group], as_json)
        if suspects := [scan for scan in scans if scan.find(text)]:
            for place in group:
                text = _text([events[place]], as_json)
                hits = [scan.rules[hit] for scan in suspects for hit in scan.find(text)]
                if hits:
                    found[place] = frozenset[int]().union(*hits)
    return found


def _text(events: list[Event], as_json: bool) -> bytes:
    lines = [line for event in events if (raw := event.raw) and raw[0] != "{" and (line := raw_line(event))]
    fields = list(map(_fields, events))
    if as_json:
        try:
            return orjson.dumps([fields, lines] if lines else fields)
        except TypeError:  # lone surrogates, integers of more than 64 bits, too deep
            pass
    texts = [text for part in fields for text in texts_of(part.values())]
    return "\n".join(texts + lines).encode("utf-8", "surrogatepass")


def _in_number(literal: str) -> bool:
    """Whether the keyword may be part of a number: JSON writes some of them in another way."""
    return _IN_NUMBERS.issuperset(literal) or any(literal in word for word in _WORDS_OF_NUMBERS)


def _compiled(literals: list[str]) -> Any:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[_expression(literal) for literal in literals],
        ids=list(range(len(literals))),
        flags=[_FLAGS] * len(literals),
    )
    return database


def _expression(literal: str) -> bytes:
    return b"".join(
        rb"\x5c{1,2}"
        if char == "\\"
        else rb"\x5c?" + literal_pattern(char)
        if char in "'\""
        else literal_pattern(char)
        for char in literal
    )
