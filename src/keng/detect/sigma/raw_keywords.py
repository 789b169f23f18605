"""Keywords looked for in the JSON text of entries, many at once, before they are events.

What is looked for of a keyword is its longest run of characters that JSON writes as they are. So what is found is a
superset; an entry whose text spells characters as `\\u0041` may hold anything. Characters beyond ASCII that fold to
ASCII count as found, too.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import hyperscan

from keng.detect.sigma.keywords import FLAGS, FOLDING, may_be_no_text
from keng.detect.sigma.needles import literal_pattern

SHORTEST = 3
TOGETHER = 64
_PLAIN = re.compile(r"[0-9A-Za-z !#$%&'()*+,\-.:;<=>?@\[\]^_`{|}~]+")
_SPELLED = ("\\u00", "\\u01", "\\u1e9", "\\u212a", "\\ufb0")
"""How characters of ASCII, and those that fold to them, begin where JSON spells them."""


class RawKeywords:
    """able: whether these keywords can be looked for in JSON texts at all."""

    def __init__(self, literals: Iterable[str]) -> None:
        pieces = {literal: max(_PLAIN.findall(literal), key=len, default="") for literal in literals}
        self.able = all(
            len(piece) >= SHORTEST and not may_be_no_text(literal) for literal, piece in pieces.items()
        )
        self._found = False
        self._database: Any = None
        if self.able:
            texts = sorted({*pieces.values(), *FOLDING, *_SPELLED})
            self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
            self._database.compile(
                expressions=[literal_pattern(text) for text in texts],
                ids=list(range(len(texts))),
                flags=[FLAGS] * len(texts),
            )

    def suspects(self, raws: Sequence[bytes], places: Sequence[int]) -> list[int]:
        """Those of the places in `raws` whose text may hold a keyword."""
        if not self.able:
            return list(places)
        found: list[int] = []
        for start in range(0, len(places), TOGETHER):
            group = places[start : start + TOGETHER]
            if self._holds(b"\n".join([raws[place] for place in group])):
                found += [place for place in group if self._holds(raws[place])]
        return found

    def _holds(self, text: bytes) -> bool:
        self._found = False
        self._database.scan(text, match_event_handler=self._hit)
        return self._found

    def _hit(self, number: int, start: int, end: int, flags: int, context: Any) -> None:
        self._found = True
