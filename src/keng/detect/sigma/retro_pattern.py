"""Keywords as patterns for the event store's own Hyperscan, which looks for them in the texts of history.

A pattern may find more than its keyword, never less, in every text without letters that fold to others (`FOLDING`).
"""

from functools import lru_cache

import hyperscan
import re2

from keng.detect.sigma.anchors import Anchor

EVERYTHING = ""
"""In place of a pattern that cannot be asked: as if it were found in each value."""
_LONGEST = 8_000
_FLAGS = (
    hyperscan.HS_FLAG_DOTALL
    | hyperscan.HS_FLAG_SINGLEMATCH
    | hyperscan.HS_FLAG_ALLOWEMPTY
    | hyperscan.HS_FLAG_UTF8
)
# Without case, such a class would take in k and s, which have relatives beyond ASCII.
_FOREIGN = r"(?-i:[^\x00-\x7f]+)"


def of_anchor(anchor: Anchor) -> str:
    """The pattern of a keyword's anchor; `EVERYTHING` if the store cannot be asked for it."""
    return _taken(f"(?i){_literal(anchor.literal)}") if anchor.kind == "contains" else EVERYTHING


def _literal(text: str) -> str:
    """Letters and digits as they are, other ASCII by number, a run of other letters as any such run."""
    out: list[str] = []
    for char in text:
        if not char.isascii():
            if not out or out[-1] != _FOREIGN:
                out.append(_FOREIGN)
        else:
            out.append(char if char.isalnum() else f"\\x{ord(char):02x}")
    return "".join(out)


@lru_cache(maxsize=65_536)
def _taken(pattern: str) -> str:
    """The pattern if Hyperscan takes it, else `EVERYTHING`."""
    if len(pattern) > _LONGEST:
        return EVERYTHING
    if re2.fullmatch(r"\(\?[im]+\)\^?(?:[0-9A-Za-z]|\\x[0-9a-f]{2})+\$?", pattern):
        return pattern  # a plain literal always compiles; trying each of thousands would take seconds
    try:
        hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK).compile(
            expressions=[pattern.encode("ascii")], ids=[0], flags=[_FLAGS]
        )
    except (hyperscan.error, UnicodeEncodeError):
        return EVERYTHING
    return pattern
