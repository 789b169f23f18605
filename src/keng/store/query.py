"""A search as data: what the language means, before it becomes SQL. Frozen; made by `store/search.py`."""

from enum import StrEnum

import msgspec


class Operator(StrEnum):
    """How a field's value is compared. EQUAL takes wildcards (`*`, `?`) and address ranges (10.0.0.0/8).

    The others order numbers and addresses; BETWEEN has the value "low..high", both included.
    """

    EQUAL = ":"
    LESS = "<"
    LESS_EQUAL = "<="
    GREATER = ">"
    GREATER_EQUAL = ">="
    BETWEEN = ".."


class Word(msgspec.Struct, frozen=True, tag="word"):
    """Text anywhere in the event: whole words where there is no `*`. Quoted: as one phrase, `*` is a star."""

    text: str
    quoted: bool = False


class Field(msgspec.Struct, frozen=True, tag="field"):
    """A field compared with a value. name: as typed. quoted: the value's `*` and `?` are ordinary characters."""

    name: str
    operator: Operator
    value: str
    quoted: bool = False


class Not(msgspec.Struct, frozen=True, tag="not"):
    """What the inner part does not match."""

    inner: "Expression"


class And(msgspec.Struct, frozen=True, tag="and"):
    """All parts match."""

    parts: tuple["Expression", ...]


class Or(msgspec.Struct, frozen=True, tag="or"):
    """At least one part matches."""

    parts: tuple["Expression", ...]


Expression = Word | Field | Not | And | Or


class SearchQuery(msgspec.Struct, frozen=True):
    """A parsed search. text: as typed; expression: None finds everything.

    from_us, to_us: event time in microseconds since the epoch, from ≤ t < to; None is open.
    received_from_us, received_to_us: the same for when the event arrived; not a part of the text.
    """

    text: str = ""
    expression: Expression | None = None
    from_us: int | None = None
    to_us: int | None = None
    received_from_us: int | None = None
    received_to_us: int | None = None


EVERYTHING = SearchQuery()
