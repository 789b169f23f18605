"""Anchors and matchers as patterns for the event store's own Hyperscan, which scans history where it lies.

The store keeps text: a list is one element a line, so that `^` and `$` mean a line (flag m). A pattern may find
more than its matcher, never less, in every value that is not *odd* (`model/probe.py`); what an odd value holds stays open.
"""

from functools import lru_cache
from typing import NamedTuple

import hyperscan
import re2

from keng.detect.sigma.anchors import Anchor
from keng.detect.sigma.predicate import shape_of
from keng.detect.sigma.rule import MANY, Boolean, Matcher, Regex, Text

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
_DASHES = "[-/\\x{2013}\\x{2014}\\x{2015}]"
# Expressions whose meaning both engines share: these escapes, and no groups but plain ones and those with flags.
_ESCAPED = re2.compile(r"\\(x\{[0-9A-Fa-f]{1,6}\}|x[0-9A-Fa-f]{2}|.)")
_SHARED = frozenset("dwsSWDbtnrf.\\/+*?()[]{}|^$-\"'&%#@!:;=,<>~` _")
_OTHER_GROUPS = re2.compile(r"\(\?P|\(\?[a-zA-Z-]*U|\[\[:")


class Asked(NamedTuple):
    """A pattern and what a find of it means. exact: the matcher holds; line: only if the value is one line;
    ascii: it says nothing of a value with other letters."""

    pattern: str
    exact: bool = False
    line: bool = False
    ascii: bool = False


def of_anchor(anchor: Anchor) -> str:
    """The pattern of an anchor; `EVERYTHING` if the store cannot be asked for it."""
    if anchor.kind == "regex":
        asked = of_regex(anchor.literal)
        return EVERYTHING if asked is None else asked.pattern
    if anchor.kind == "number":
        return EVERYTHING
    start = "^" if anchor.kind in ("exact", "starts") else ""
    end = "$" if anchor.kind in ("exact", "ends") else ""
    return _taken(f"(?im){start}{_literal(anchor.literal)}{end}")


@lru_cache(maxsize=65_536)
def of_matcher(matcher: Matcher) -> Asked | None:
    """The pattern of a matcher, None if it has none or the store cannot be asked for it."""
    if isinstance(matcher, Boolean):
        return Asked("(?im)^true$" if matcher.value else "(?im)^false$", True, True)
    if isinstance(matcher, Regex):
        return of_regex(matcher.pattern)
    if not isinstance(matcher, Text) or not matcher.parts:
        return None
    shape = shape_of(matcher.parts)
    if shape is not None and shape[0] == "any":
        return None
    flags = "(?m)" if matcher.cased else "(?im)"
    literals = [part for part in matcher.parts if isinstance(part, str)]
    folded = literals if matcher.cased else [part.casefold() for part in literals]
    exact = shape is not None and all(part.isascii() and "\n" not in part for part in folded)
    rest = iter(folded)
    body = "".join(
        _literal(next(rest), matcher.dash) if isinstance(part, str) else ".*" if part == MANY else "."
        for part in matcher.parts
    )
    body = body.removeprefix(".*") if matcher.parts[0] == MANY else "^" + body
    body = body.removesuffix(".*") if matcher.parts[-1] == MANY else body + "$"
    pattern = _taken(flags + body)
    contains = matcher.parts[0] == MANY and matcher.parts[-1] == MANY and shape is not None
    return None if pattern == EVERYTHING else Asked(pattern, exact, not contains)


@lru_cache(maxsize=16_384)
def of_regex(pattern: str) -> Asked | None:
    """The pattern of a regular expression, None if the two engines may not agree on it."""
    if (
        not pattern.isascii()
        or _OTHER_GROUPS.search(pattern)
        or not all(len(one) > 1 or one in _SHARED for one in _ESCAPED.findall(pattern))
    ):
        return None
    taken = _taken(f"(?m){pattern}")
    # On one line of ASCII without odd characters both engines say the same.
    return None if taken == EVERYTHING else Asked(taken, exact=True, line=True, ascii=True)


def _literal(text: str, dash: bool = False) -> str:
    """Letters and digits as they are, other ASCII by number, a run of other letters as any such run."""
    out: list[str] = []
    for char in text:
        if not char.isascii():
            if not out or out[-1] != _FOREIGN:
                out.append(_FOREIGN)
        elif char == "-" and dash:
            out.append(_DASHES)
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
