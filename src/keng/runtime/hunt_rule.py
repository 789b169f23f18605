"""A saved hunt becomes a Sigma rule: the same search as conditions on the log's own fields.

The search language has short names for columns that the store fills from several fields, the best first. The rule says
the same with those fields: the first that is not empty decides. What a rule cannot see (who sent the event, when, its
id) cannot become a rule; the refusal names it. A span of time is left out: a rule looks at what comes from now on. Words are
looked for as text, so a rule finds them inside longer words, too.
"""

from datetime import UTC, datetime

import msgspec

from keng.i18n import _
from keng.model.hot_columns import HotColumns
from keng.model.rejected import Rejected
from keng.normalise.ocsf import SOURCES
from keng.runtime.sigma_text import sigma_text, yaml_text
from keng.store.comparison import is_number
from keng.store.fields import Column, Names, Tail, Target, Type, targets
from keng.store.query import And, Expression, Field, Not, Operator, Or, SearchQuery, Word

MAX_CANDIDATES = 6
_HOST = ("Computer", "host.name", "hostname", "host", "device_name", "devname")
_SOURCE_PARTS = {"product": "product", "service": "service", "category": "category", "categories": "category"}
_EMPTY: list[object] = [None, "", "-", "(null)"]
_COMPARE = {
    Operator.LESS: "lt",
    Operator.LESS_EQUAL: "lte",
    Operator.GREATER: "gt",
    Operator.GREATER_EQUAL: "gte",
}

Values = dict[str, object]
"""A selection of a rule: fields, with modifiers, to values."""


class RuleWish(msgspec.Struct, frozen=True):
    """What the rule is called and where it looks. level: informational to critical; at least one of the source's parts."""

    id: str
    title: str
    author: str
    product: str = ""
    service: str = ""
    category: str = ""
    level: str = "medium"
    description: str = ""


class _RefusalError(Exception):
    pass


def to_rule(query: SearchQuery, wish: RuleWish, names: Names, now_us: int) -> str | Rejected:
    """The rule as YAML. names: spellings of the log fields that the store has seen."""
    if query.expression is None:
        return Rejected(_("A search that finds everything is no rule. Name what you look for."))
    writer = _Writer(names)
    source = {"category": wish.category, "product": wish.product, "service": wish.service}
    expression, found = _source(query.expression)
    source |= found
    if not any(source.values()):
        return Rejected(_("A rule belongs to a kind of log: choose a product, a service or a category."))
    if expression is None:
        return Rejected(_("Beside the kind of log a rule needs something to look for."))
    try:
        condition = writer.condition(expression)
    except _RefusalError as refusal:
        return Rejected(str(refusal))
    rule: Values = {
        "title": wish.title[:256],
        "id": wish.id,
        "status": "experimental",
        "description": wish.description or f"Made of a saved hunt: {query.text}",
        "author": wish.author,
        "date": datetime.fromtimestamp(now_us / 1_000_000, UTC).date().isoformat(),
        "logsource": {part: value for part, value in source.items() if value},
        "detection": {**writer.selections, "condition": condition},
        "level": wish.level,
    }
    return yaml_text(rule)


def _source(expression: Expression) -> tuple[Expression | None, dict[str, str]]:
    """Takes product:, service: and category: out of the outermost AND."""
    parts = expression.parts if isinstance(expression, And) else (expression,)
    rest, found = [], {}
    for part in parts:
        name = _SOURCE_PARTS.get(part.name.lower(), "") if isinstance(part, Field) else ""
        if isinstance(part, Field) and name and part.operator is Operator.EQUAL and not _wild(part):
            found[name] = part.value.lower()
        else:
            rest.append(part)
    if not rest:
        return None, found
    return (rest[0] if len(rest) == 1 else And(tuple(rest))), found


class _Writer:
    """Collects selections; `condition` names them."""

    def __init__(self, names: Names) -> None:
        self.selections: dict[str, object] = {}
        self._names = names

    def condition(self, expression: Expression) -> str:
        match expression:
            case Word(text, quoted):
                return self._word(text, quoted)
            case Field():
                return self._field(expression)
            case Not(inner):
                return f"not {self._inside(inner)}"
            case And(parts):
                return " and ".join([self._inside(part) for part in parts])
            case Or(parts):
                return " or ".join([self._inside(part) for part in parts])

    def _inside(self, expression: Expression) -> str:
        text = self.condition(expression)
        return text if " " not in text else f"({text})"

    def _word(self, text: str, quoted: bool) -> str:
        inner = text if quoted else text.strip("*")
        if not inner:
            raise _RefusalError(_("A search that finds everything is no rule. Name what you look for."))
        return self._add("words", [sigma_text(inner, wild=not quoted)])

    def _field(self, field: Field) -> str:
        found = targets(field.name, self._names)
        names = [self._add(field.name, self._selection(target, field)) for target in found]
        return names[0] if len(names) == 1 else f"({' or '.join(names)})"

    def _add(self, name: str, selection: object) -> str:
        stem = (
            "".join(char if char.isascii() and char.isalnum() else "_" for char in name.lower())[:30] or "x"
        )
        # Words of the condition's own language are no names of selections.
        stem = (
            f"is_{stem}"
            if stem in ("and", "or", "not", "of", "them", "all", "condition", "timeframe")
            else stem
        )
        unique, number = stem, 2
        while unique in self.selections:
            unique, number = f"{stem}_{number}", number + 1
        self.selections[unique] = selection
        return unique

    def _selection(self, target: Target, field: Field) -> object:
        if isinstance(target, Tail):
            maps = [one for test in _tests(field, target) for one in [{_key(target.name, test[0]): test[1]}]]
            if _means_empty(field):
                maps = [{target.name: _EMPTY[:2]}]
            return maps[0] if len(maps) == 1 else maps
        names = self._candidates(target)
        if _means_empty(field):
            return {name: list(_EMPTY) for name in names}
        maps = []
        for rank, name in enumerate(names):
            before: Values = {earlier: list(_EMPTY) for earlier in names[:rank]}
            maps += [before | {_key(name, modifier): value} for modifier, value in _tests(field, target)]
        return maps[0] if len(maps) == 1 else maps

    def _candidates(self, column: Column) -> tuple[str, ...]:
        """Log fields that the store fills this column from, those that were ever seen."""
        known: tuple[str, ...]
        if column.name == "host":
            known = _HOST
        elif column.name in HotColumns._fields and column.name in SOURCES:
            known = SOURCES[column.name]
        else:
            raise _RefusalError(
                _(
                    "A rule cannot see “{name}”: it belongs to the store, not to the log's content.",
                    name=column.name,
                )
            )
        seen = tuple(name for name in known if name in self._names(name.lower()))
        return (seen or known)[:MAX_CANDIDATES]


def _tests(field: Field, target: Target) -> list[tuple[str, object]]:
    """Modifier and value, any of which must hold."""
    value = field.value
    if field.operator is not Operator.EQUAL:
        bounds = value.split("..") if field.operator is Operator.BETWEEN else [value]
        if not all(is_number(bound) for bound in bounds):
            raise _RefusalError(_("A rule has no order of addresses. Write a network: src:10.0.0.0/8."))
        if field.operator is Operator.BETWEEN:
            raise _RefusalError(_("A rule has no range in one step. Write: {name}>={low} {name}<={high}.",
                                  name=field.name, low=bounds[0], high=bounds[1]))  # fmt: skip
        return [(_COMPARE[field.operator], float(value) if "." in value else int(value))]
    if not field.quoted and value and set(value) == {"*"}:
        return [("re", ".+")]
    if not field.quoted and _is_network(value):
        return [("cidr", value)]
    text = sigma_text(value.replace("\\\\", "\\") if not field.quoted else value, wild=not field.quoted)
    if isinstance(target, Column):
        if target.type not in (Type.TEXT, Type.NUMBER):
            raise _RefusalError(
                _(
                    "A rule cannot see “{name}”: it belongs to the store, not to the log's content.",
                    name=target.name,
                )
            )
        if target.last_part and value and not set(value) & set("\\/"):
            return [("", [text, f"*\\\\{text}", f"*/{text}"])]
        if target.first_part and value and "." not in value:
            return [("", [text, f"{text}.*"])]
    return [("", text)]


def _key(name: str, modifier: str) -> str:
    return f"{name}|{modifier}" if modifier else name


def _means_empty(field: Field) -> bool:
    return field.operator is Operator.EQUAL and not field.value


def _wild(field: Field) -> bool:
    return not field.quoted and ("*" in field.value or "?" in field.value)


def _is_network(value: str) -> bool:
    address, slash, length = value.partition("/")
    return (
        bool(slash)
        and length.isdigit()
        and set(address) <= set("0123456789abcdefABCDEF:.")
        and len(address) > 1
    )
