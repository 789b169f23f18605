"""Which regular expressions may match a text: one Hyperscan pass instead of one RE2 search each.

Hyperscan reads expressions much as RE2 does, but not in everything (`\\s` and the vertical tab, letters beyond
ASCII without case). So it is asked about ASCII only, and looser than exact (its prefilter mode). To an expression
in ASCII every character beyond it is the same: no letter, digit or blank, and none that it names. So for a text
with such characters each of them is replaced by one control character that the expression does not name either.
Expressions that name control characters count as hits in such texts, and so does every expression where a text has
a vertical tab or one of the two characters that are an ASCII letter when case does not count. RE2 decides.
"""

import re
from functools import lru_cache
from typing import Any

import hyperscan

FLAGS = hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_ALLOWEMPTY
NONE: frozenset[int] = frozenset()
_BEYOND = re.compile("[^\x00-\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")  # RE2 is given a question mark for it
_OTHER = "\x01"
_ODD = re.compile("[\u017f\u212a]")
# What may name a control character: by number, by class, by property, or as the end of a range.
_NAMES_CONTROLS = re.compile(r"\\[xpPQC0-7]|\[:|\\[afnrtv]-|-\\[afnrtv]|[\x00-\x1f]|\\[cvf]")


@lru_cache(maxsize=16_384)
def can_prefilter(pattern: str) -> bool:
    """Whether Hyperscan takes the expression and means the same by it."""
    # To RE2 `\\v` is the vertical tab, to Hyperscan it is every end of a line.
    if not pattern.isascii() or "\\v" in pattern.replace("\\\\", " "):
        return False
    try:
        _compiled([pattern])
    except hyperscan.error:
        return False
    return True


def names_controls(pattern: str) -> bool:
    """Whether the expression may tell one control character from another character."""
    return _NAMES_CONTROLS.search(pattern.replace("\\\\", " ")) is not None


class RegexScan:
    """Expressions, each with the numbers of the rules that have it."""

    def __init__(self, rules: dict[str, frozenset[int]], stored: bytes = b"") -> None:
        self._rules = list(rules.values())
        self._all = NONE.union(*self._rules)
        self._unsure = NONE.union(*[found for pattern, found in rules.items() if names_controls(pattern)])
        self._database = restored(stored) or _compiled(list(rules))
        self._hits: list[int] = []

    def dump(self) -> bytes:
        """The database as bytes for the cache."""
        return bytes(hyperscan.dumpb(self._database))

    def scan(self, text: str) -> frozenset[int]:
        """Rules of which an expression may match."""
        if "\v" in text:
            return self._all
        found = NONE
        if not text.isascii():
            if _ODD.search(text):
                return self._all
            text = _BEYOND.sub(_OTHER, _SURROGATE.sub("?", text))
            found = self._unsure
        hits = self._hits
        self._database.scan(text.encode("ascii"), match_event_handler=self._hit)
        if not hits:
            return found
        found = found.union(*[self._rules[hit] for hit in hits])
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
