"""Does any of many literals occur in a text? One Hyperscan pass, stopped at the first find."""

from collections.abc import Callable, Sequence
from typing import Any

import hyperscan


def literal_pattern(literal: str) -> bytes:
    """A literal as a Hyperscan expression over UTF-8."""
    return b"".join(
        bytes([byte]) if 48 <= byte <= 57 or 97 <= byte <= 122 else b"\\x%02x" % byte
        for byte in literal.encode("utf-8", "surrogatepass")
    )


def find_any(needles: Sequence[str]) -> Callable[[str], bool]:
    """A function that says whether one of the needles is in a text. Compiled when first called."""
    database: Any = None
    found = [False]

    def hit(number: int, start: int, end: int, flags: int, context: Any) -> bool:
        found[0] = True
        return True

    def search(text: str) -> bool:
        nonlocal database
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
            database.scan(text.encode("utf-8", "surrogatepass"), match_event_handler=hit)
        except hyperscan.ScanTerminated:
            return True
        return found[0]

    return search
