"""The parts of a rule, as read: matchers, items, expressions; rules, correlations and filters.

Everything is a frozen, tagged msgspec struct: hashable, comparable, and stored in the compiled cache as
plain MessagePack.
"""

from typing import Any

import msgspec

from keng.model.detection import RuleInfo

MANY = 0
"""In `Text.parts`: any number of characters."""
ONE = 1
"""In `Text.parts`: exactly one character."""


class Text(msgspec.Struct, frozen=True, tag="text"):
    """The whole value equals this pattern. parts: literal strings, `MANY`, `ONE`; no two literals in a row.

    cased: compare exactly; else after Unicode case folding. dash: every kind of dash and the slash are equal
    (`windash`); the literals then hold `-` for all of them.
    """

    parts: tuple[str | int, ...]
    cased: bool = False
    dash: bool = False


class Number(msgspec.Struct, frozen=True, tag="number"):
    """The value is this number, or the same number as text."""

    value: int | float


class Boolean(msgspec.Struct, frozen=True, tag="boolean"):
    """The value is this truth value, or its word as text in any case."""

    value: bool


class Null(msgspec.Struct, frozen=True, tag="null"):
    """The value is null or absent."""


class Regex(msgspec.Struct, frozen=True, tag="regex"):
    """RE2 finds `pattern` (flags included) in the value."""

    pattern: str


class Compare(msgspec.Struct, frozen=True, tag="compare"):
    """The value is a number and `value op number` holds; op: lt, lte, gt, gte."""

    op: str
    value: int | float


class DatePart(msgspec.Struct, frozen=True, tag="date"):
    """A part of the date in the value (minute, hour, day, week, month, year) compared; op: eq, lt, lte, gt, gte."""

    part: str
    op: str
    value: int


class Cidr(msgspec.Struct, frozen=True, tag="cidr"):
    """The value is an address inside `network`."""

    network: str


class FieldRef(msgspec.Struct, frozen=True, tag="fieldref"):
    """The value compared with another field of the event; mode: is, startswith, endswith, contains."""

    field: str
    mode: str = "is"
    cased: bool = False


class Exists(msgspec.Struct, frozen=True, tag="exists"):
    """The field is present (`value` true) or absent, whatever it holds."""

    value: bool


Matcher = Text | Number | Boolean | Null | Regex | Compare | DatePart | Cidr | FieldRef | Exists


class Item(msgspec.Struct, frozen=True, tag="item"):
    """One field of a selection. True if in every group at least one matcher is true.

    field: "" for keywords, which look into every value of the event and into its raw line.
    groups: one group for alternatives; one per value with `all`. negated: `neq`.
    Of an event's list value, any element may make a group true.
    """

    field: str
    groups: tuple[tuple[Matcher, ...], ...]
    negated: bool = False


class Ref(msgspec.Struct, frozen=True, tag="ref"):
    """A selection by its name."""

    name: str


class And(msgspec.Struct, frozen=True, tag="and"):
    """All are true."""

    args: tuple["Expr", ...]


class Or(msgspec.Struct, frozen=True, tag="or"):
    """At least one is true."""

    args: tuple["Expr", ...]


class Not(msgspec.Struct, frozen=True, tag="not"):
    """It is false."""

    arg: "Expr"


class AtLeast(msgspec.Struct, frozen=True, tag="atleast"):
    """At least `count` of them are true."""

    count: int
    args: tuple["Expr", ...]


Expr = Item | Ref | And | Or | Not | AtLeast


class RuleSource(msgspec.Struct, frozen=True):
    """The log source a rule asks for, in lower case; "" where it does not care."""

    category: str = ""
    product: str = ""
    service: str = ""


class Rule(msgspec.Struct, frozen=True):
    """A plain rule. selections: name to expression, in the order of the file; condition: over `Ref`.

    extra: keys that the specification does not know, as they stood.
    """

    info: RuleInfo
    name: str
    source: RuleSource
    selections: dict[str, Expr]
    condition: Expr
    line: int = 0
    status: str = ""
    extra: dict[str, Any] = {}


class Filter(msgspec.Struct, frozen=True):
    """A filter. rules: ids or names, or ("any",). It is added to a rule as: rule and condition."""

    id: str
    title: str
    source: RuleSource
    rules: tuple[str, ...]
    selections: dict[str, Expr]
    condition: Expr
    path: str = ""
    line: int = 0
    extra: dict[str, Any] = {}


class Threshold(msgspec.Struct, frozen=True):
    """One comparison of a correlation's figure; op: gt, gte, lt, lte, eq, neq."""

    op: str
    value: int | float


class Term(msgspec.Struct, frozen=True):
    """One way in which an extended condition of a temporal correlation holds: these rules occur, those do not."""

    needed: tuple[str, ...]
    forbidden: tuple[str, ...] = ()


class Correlation(msgspec.Struct, frozen=True):
    """A correlation. kind: one of the seven types; rules: ids or names as written; timespan in µs.

    conditions: all must hold (a range has two). fields: of the value types. aliases: alias → rule → field.
    percentile: 0 to 100, for value_percentile. terms: of an extended condition, any of them. generate: the referenced rules alert by themselves too.
    across_agencies: events of all agencies are looked at together (Kẻng's own; else each agency by itself).
    """

    info: RuleInfo
    name: str
    kind: str
    rules: tuple[str, ...]
    timespan_us: int
    conditions: tuple[Threshold, ...]
    group_by: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    aliases: dict[str, dict[str, str]] = {}
    percentile: float = 50.0
    terms: tuple[Term, ...] = ()
    generate: bool = False
    across_agencies: bool = False
    line: int = 0
    extra: dict[str, Any] = {}
