"""From one term of the language to a comparison, checked against the type of the field's column."""

import ipaddress
from typing import NamedTuple

from keng.i18n import _
from keng.store.fields import Type, column_type
from keng.store.query import And, Expression, Field, Not, Operator, Or
from keng.store.tokens import Token, Value

_TRUE_OR_FALSE = frozenset(("true", "false", "1", "0", "yes", "no"))
_OPEN = "*"
_EXISTS = "_exists_"  # as Lucene writes it


class Misread(NamedTuple):
    """Why a term cannot be read, and its 0-based place."""

    reason: str
    at: int


def comparison(token: Token) -> Expression | Misread:
    """A term with a name: a value, a list of values (any of them), or a range (both ends included)."""
    if token.span:
        return _not_if(token, _range(token, *token.values, without=token.without))
    values = token.values or (Value(token.at, token.text, token.quoted),)
    if token.op not in (":", "=", "!="):
        return _order(token, values)
    if token.name.lower() == _EXISTS and not token.named_in_quotes:
        token, values = token._replace(name=values[0].text), (Value(values[0].at, _OPEN, False),)
    parts: list[Expression] = []
    for value in values:
        ends = value.text.split("..") if not value.quoted else []
        if (
            len(ends) == 2
            and any(ends)
            and all(end == "" or is_number(end) or is_address(end) for end in ends)
        ):
            part = _range(token, *(Value(value.at, end or _OPEN, False) for end in ends))
        else:
            part = _equal(token.name, value)
        if isinstance(part, Misread):
            return part
        parts.append(part)
    return _not_if(token, parts[0] if len(parts) == 1 else Or(tuple(parts)))


def _not_if(token: Token, part: Expression | Misread) -> Expression | Misread:
    if token.op not in (":", "=", "!="):
        return Misread(_("Before a range or a list comes a colon."), token.at)
    return Not(part) if token.op == "!=" and not isinstance(part, Misread) else part


def _equal(name: str, value: Value) -> Expression | Misread:
    kind = column_type(name)
    text = value.text
    if kind is Type.BOOLEAN and text.lower() not in _TRUE_OR_FALSE and not _anything(value):
        return Misread(_("{name} is true or false.", name=name), value.at)
    hexadecimal = len(text) == 32 and set(text.lower()) <= set("0123456789abcdef")
    if kind is Type.ID and not _anything(value) and not hexadecimal:
        return Misread(_("An event's id has 32 hexadecimal digits."), value.at)
    if kind is Type.NUMBER and not _is_whole(text, value.quoted):
        return Misread(_("{name} is a number. Write for example: {name}:443.", name=name), value.at)
    return Field(name, Operator.EQUAL, text, value.quoted)


def _order(token: Token, values: tuple[Value, ...]) -> Expression | Misread:
    if token.values:
        return Misread(_("Before a range or a list comes a colon."), token.at)
    value = values[0]
    if column_type(token.name) in (Type.BOOLEAN, Type.LIST, Type.ID) or not (
        is_number(value.text) or is_address(value.text)
    ):
        return Misread(
            _(
                "{operator} compares numbers and addresses. For text write {name}:value, for time from: and to:.",
                operator=token.op,
                name=token.name,
            ),
            token.at,
        )
    return Field(token.name, Operator(token.op), value.text, value.quoted)


def _range(
    token: Token, low: Value, high: Value, *, without: tuple[bool, bool] = (False, False)
) -> Expression | Misread:
    if column_type(token.name) in (Type.BOOLEAN, Type.LIST, Type.ID):
        return Misread(_("{name} has no order, so it has no range.", name=token.name), token.at)
    for end in (low, high):
        if end.text != _OPEN and not is_number(end.text) and not is_address(end.text):
            return Misread(_("The ends of a range are numbers or addresses, or * where it is open."), end.at)
    above = Operator.GREATER if without[0] else Operator.GREATER_EQUAL
    below = Operator.LESS if without[1] else Operator.LESS_EQUAL
    parts: list[Expression] = [
        Field(token.name, operator, end.text)
        for operator, end in ((above, low), (below, high))
        if end.text != _OPEN
    ]
    if not parts:
        return Field(token.name, Operator.EQUAL, _OPEN)
    if len(parts) == 1:
        return parts[0]
    if _kind(low.text) != _kind(high.text):
        return Misread(_("Both ends of a range are of the same kind."), high.at)
    if any(without):
        return And(tuple(parts))
    return Field(token.name, Operator.BETWEEN, f"{low.text}..{high.text}")


def is_number(text: str) -> bool:
    """Whether it is a plain decimal number of at most 18 characters."""
    whole, _point, rest = text.removeprefix("-").partition(".")
    return len(text) <= 18 and text.isascii() and whole.isdigit() and (not rest or rest.isdigit())


def is_address(text: str) -> bool:
    """Whether it is an IPv4 or IPv6 address."""
    if not 2 <= len(text) <= 45 or not (":" in text or text.count(".") == 3):
        return False
    try:
        return "%" not in text and bool(ipaddress.ip_address(text))
    except ValueError:
        return False


def _kind(text: str) -> int:
    """0 for a number, else 4 or 6."""
    return 0 if is_number(text) else ipaddress.ip_address(text).version


def _anything(value: Value) -> bool:
    return not value.quoted and bool(value.text) and set(value.text) == {"*"}


def _is_whole(text: str, quoted: bool) -> bool:
    digits = text if quoted else text.replace("*", "").replace("?", "")
    return (
        len(text) <= 18
        and text.isascii()
        and (digits.isdigit() or (not digits and bool(text) and not quoted))
    )
