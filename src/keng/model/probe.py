"""What history is asked, and what it says: plain data, so that the engine can say it and the event store can run it."""

from collections.abc import Mapping
from typing import NamedTuple

FOLDING = "\xdf\u0130\u0149\u017f\u01f0\u1e96\u1e97\u1e98\u1e99\u1e9a\u1e9e\u212a\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06"
"""Characters beyond ASCII whose folded form has ASCII in it: the Kelvin sign, long s, sharp s, ligatures …"""


class StoredValue(NamedTuple):
    """A distinct value of a field, as the store keeps it, and in how many events it is.

    text: None where its bytes are no UTF-8. key: the store's number for it; two values may share one.
    """

    text: str | None
    key: int
    events: int


Values = Mapping[str, frozenset[int]]
"""Field → keys of values. An event has one of them if any of the fields has one of its values."""


class Clause(NamedTuple):
    """All of it has to be so: one of `values` for each of them, and an event id of these (None: any)."""

    values: tuple[Values, ...]
    event_ids: frozenset[str] | None = None


class Selection(NamedTuple):
    """Events of a log source that are worth a look: any of `values`, of `clauses`, or of `words` in the whole text.

    words: in ASCII, of any case; an event with letters that fold to others is selected, too.
    """

    values: Values = {}
    clauses: tuple[Clause, ...] = ()
    words: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.values or self.clauses or self.words)


class Row(NamedTuple):
    """Events of a log source that say the same in the fields that were read.

    texts: in the order of the fields; None where the bytes are no UTF-8. word: whether one of the
    words may be there. places: time (µs) and id of each event.
    """

    event_id: str
    texts: tuple[str | None, ...]
    word: bool
    places: tuple[tuple[int, str], ...]
