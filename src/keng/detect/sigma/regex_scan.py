"""Which regular expressions may match a text: one Hyperscan pass instead of one RE2 search each.

Hyperscan reads expressions much as RE2 does, but not in everything (`\\s` and the vertical tab, letters beyond
ASCII without case). So it is asked about plain ASCII only, and looser than exact (its prefilter mode); any other
text counts as a hit for all. RE2 decides.
"""

from functools import lru_cache
from typing import Any

import hyperscan

FLAGS = hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_ALLOWEMPTY
NONE: frozenset[int] = frozenset()


@lru_cache(maxsize=16_384)
def can_prefilter(pattern: str) -> bool:
    """Whether Hyperscan takes the expression."""
    if not pattern.isascii():
        return False
    try:
        _compiled([pattern])
    except hyperscan.error:
        return False
    return True


class RegexScan:
    """Expressions, each with the numbers of the rules that have it."""

    def __init__(self, rules: dict[str, frozenset[int]], stored: bytes = b"") -> None:
        self._rules = list(rules.values())
        self._all = NONE.union(*self._rules)
        self._database = restored(stored) or _compiled(list(rules))
        self._hits: list[int] = []

    def dump(self) -> bytes:
        """The database as bytes for the cache."""
        return bytes(hyperscan.dumpb(self._database))

    def scan(self, text: str) -> frozenset[int]:
        """Rules of which an expression may match."""
        if not text.isascii() or "\v" in text:
            return self._all
        hits = self._hits
        self._database.scan(text.encode("ascii"), match_event_handler=self._hit)
        if not hits:
            return NONE
        found = NONE.union(*[self._rules[hit] for hit in hits])
        hits.clear()
        return found

    def _hit(self, number: int, start: int, end: int, flags: int, context: Any) -> None:
        self._hits.append(number)


def _compiled(patterns: list[str]) -> Any:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[pattern.encode("ascii") for pattern in patterns],
        ids=list(range(len(patterns))),
        flags=[FLAGS] * len(patterns),
    )
    return database


def restored(stored: bytes) -> Any:
    """A database from the cache; None where there is none or it was made for another machine."""
    if not stored:
        return None
    try:
        database = hyperscan.loadb(stored, hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
    except hyperscan.error:
        return None
    return database
