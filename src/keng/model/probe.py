"""What history is asked about one field: plain data, so that the engine can say it and the event store can run it."""

from typing import NamedTuple


class Check(NamedTuple):
    """A test of a value that is no pattern; the store answers `NO`, `YES` or `PERHAPS`.

    kind: "number" (equal to one of `numbers`), "lt", "lte", "gt", "gte" (value against the one of `numbers`),
    "cidr" (inside one of the networks `texts`), "is", "startswith", "endswith", "contains" (against the value of the
    field `texts[0]`).
    """

    kind: str
    texts: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()


NO, YES, PERHAPS = 0, 1, 2


class Probe(NamedTuple):
    """A field ("" for the whole text of an event), patterns as Hyperscan reads them in UTF-8, and further checks.

    meanings: of each pattern, a number from 1; patterns that mean the same are not told apart. Empty: each its own.
    """

    field: str
    patterns: tuple[str, ...]
    checks: tuple[Check, ...] = ()
    meanings: tuple[int, ...] = ()


class Answer(NamedTuple):
    """What a value says to its probe. hits: meanings found, sorted; checks: in order.

    empty: its text is absent or empty. odd: it has letters that fold to others, or is a whole number written as a
    fraction. foreign: it has letters beyond ASCII. lines: it has several lines.
    """

    hits: tuple[int, ...] = ()
    checks: tuple[int, ...] = ()
    empty: bool = False
    odd: bool = False
    foreign: bool = False
    lines: bool = False


FOLDING = "\xdf\u0130\u0149\u017f\u01f0\u1e96\u1e97\u1e98\u1e99\u1e9a\u1e9e\u212a\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06"
"""Characters beyond ASCII whose folded form has ASCII in it: the Kelvin sign, long s, sharp s, ligatures …"""
