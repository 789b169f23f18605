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
    """What a value says to its probe. hits: meanings found, sorted; checks: in order; empty, whole: its text is
    absent or empty, is valid UTF-8."""

    hits: tuple[int, ...] = ()
    checks: tuple[int, ...] = ()
    empty: bool = False
    whole: bool = True
