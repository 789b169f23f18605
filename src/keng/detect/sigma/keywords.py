"""Keywords look into the whole event: which rules' keywords may be in which of many events.

The values of a few dozen events are packed into one buffer (MessagePack, which writes texts as they are, in C and in
less than a microsecond an event) and scanned at once; only where something is found is each event looked at by
itself. What is found is a superset, and the rule's own test decides:
- Hyperscan ignores the case of ASCII only: a buffer with one of the few other characters that fold to ASCII, and
  every buffer if a keyword has other letters, is folded first. What lies between texts never begins one, so folding
  leaves them whole;
- keywords that could stand in what is no text (numbers, truth values), and events that MessagePack cannot hold, are
  scanned as plain texts.
"""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import hyperscan
import msgspec

from keng.detect.sigma.anchors import Anchor
from keng.detect.sigma.needles import literal_pattern
from keng.detect.sigma.regex_scan import restored
from keng.detect.sigma.values import raw_line, texts_of
from keng.model.event import Event

TOGETHER = 32
FLAGS = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_CASELESS
FOLDING = "\xdf\u0130\u0149\u017f\u01f0\u1e96\u1e97\u1e98\u1e99\u1e9a\u1e9e\u212a\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06"
"""Characters beyond ASCII whose folded form has ASCII in it: the Kelvin sign, long s, sharp s, ligatures …"""
_IN_NUMBERS = frozenset("0123456789.e+-")
_WORDS = ("inf", "nan", "true", "false")
_fields = attrgetter("fields")
_pack = msgspec.msgpack.Encoder().encode


class KeywordScan:
    """The keywords of some rules, by the number of the rule. stored: the database from the cache.

    literals, rules: keywords, and per keyword those that have it. packed: whether all keywords can be looked for in packed values.
    """

    def __init__(self, anchors: dict[int, frozenset[Anchor]], stored: bytes = b"") -> None:
        literals: dict[str, set[int]] = {}
        for rule, found in sorted(anchors.items()):
            for anchor in sorted(found):
                if anchor.field == "":
                    literals.setdefault(anchor.literal, set()).add(rule)
        self.literals = tuple(literals)
        self.rules = [frozenset(rules) for rules in literals.values()]
        self.packed = not any(map(may_be_no_text, literals))
        self._fold = not all(literal.isascii() for literal in literals)
        self._hits: list[int] = []
        self._database = restored(stored) or _compiled([*literals, *FOLDING])

    def dump(self) -> bytes:
        """The database as bytes for the cache."""
        return bytes(hyperscan.dumpb(self._database))

    def find(self, text: bytes) -> list[int]:
        """Places in `rules` of the keywords that may be in a text."""
        hits = [len(self.rules)] if self._fold else self._scan(text)
        if not hits or max(hits) < len(self.rules):
            return hits
        return [hit for hit in self._scan(_folded(text)) if hit < len(self.rules)]

    def _scan(self, text: bytes) -> list[int]:
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
    packed = all(scan.packed for scan in scans)
    for start in range(0, len(places), TOGETHER):
        group = places[start : start + TOGETHER]
        text = _text([events[place] for place in group], packed)
        if suspects := [scan for scan in scans if scan.find(text)]:
            for place in group:
                text = _text([events[place]], packed)
                hits = [scan.rules[hit] for scan in suspects for hit in scan.find(text)]
                if hits:
                    found[place] = frozenset[int]().union(*hits)
    return found


def _text(events: list[Event], packed: bool) -> bytes:
    lines = [line for event in events if (raw := event.raw) and raw[0] != "{" and (line := raw_line(event))]
    fields = map(_fields, events)
    if packed:
        try:
            return _pack([*map(list, map(dict.values, fields)), lines])
        except (UnicodeEncodeError, OverflowError, RecursionError, TypeError):
            # Lone surrogates, integers of more than 64 bits, too deep.
            fields = map(_fields, events)
    texts = [text for part in fields for text in texts_of(part.values())]
    return "\n".join(texts + lines).encode("utf-8", "surrogatepass")


def _folded(text: bytes) -> bytes:
    try:
        plain = text.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:  # packed values, with what lies between them
        plain = text.decode("utf-8", "replace")
    return plain.casefold().encode("utf-8", "surrogatepass")


def may_be_no_text(literal: str) -> bool:
    """Whether the keyword may stand in a number or a truth value."""
    return _IN_NUMBERS.issuperset(literal) or any(literal in word for word in _WORDS)


def _compiled(literals: list[str]) -> Any:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[literal_pattern(literal) for literal in literals],
        ids=list(range(len(literals))),
        flags=[FLAGS] * len(literals),
    )
    return database
