"""Does any of many literals occur in a text? One Hyperscan pass, stopped at the first find."""

from collections.abc import Callable, Sequence
from typing import Any

import hyperscan

PATIENCE = 100_000
"""So many bytes of text are searched literal by literal before the database is worth compiling."""


def literal_pattern(literal: str) -> bytes:
    """A literal as a Hyperscan expression over UTF-8."""
    return b"".join(_BYTES[byte] for byte in literal.encode("utf-8", "surrogatepass"))


_BYTES = tuple(
    bytes([byte]) if 48 <= byte <= 57 or 97 <= byte <= 122 else b"\\x%02x" % byte for byte in range(256)
)


def find_any(needles: Sequence[str]) -> Callable[[bytes], bool]:
    """A function that says whether one of the needles is in a text, given in UTF-8 (surrogates passed).

    Not thread-safe.
    """
    database: Any = None
    found = [False]
    patience = PATIENCE
    literals = [needle.encode("utf-8", "surrogatepass") for needle in needles]

    def hit(number: int, start: int, end: int, flags: int, context: Any) -> bool:
        found[0] = True
        return True

    def search(text: bytes) -> bool:
        nonlocal database, patience
        if patience > 0:
            patience -= len(text) + 50
            return any(literal in text for literal in literals)
        if database is None:
            database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
            count = len(needles)
            database.compile(
                expressions=[literal_pattern(needle) for needle in needles],
                ids=list(range(count)),
                flags=[hyperscan.HS_FLAG_SINGLEMATCH] * count,
            )
        found[0] = False
        try:
            database.scan(text, match_event_handler=hit)
        except hyperscan.ScanTerminated:
            return True
        return found[0]

    return search
