"""An event made for a rule: what its first alternatives ask for, assembled field by field."""

import ipaddress
from typing import Any

from keng.detect.sigma.rule import (
    MANY,
    And,
    AtLeast,
    Boolean,
    Cidr,
    Compare,
    DatePart,
    Exists,
    Expr,
    FieldRef,
    Item,
    Not,
    Null,
    Number,
    Or,
    Ref,
    Regex,
    Rule,
    Text,
)
from keng.model.event import Event, LogSource


class _Field:
    """What one field must begin with, contain and end with; or its whole value."""

    def __init__(self) -> None:
        self.starts = self.ends = ""
        self.inside: list[str] = []
        self.whole: Any = None

    def ask(self, text: Text) -> None:
        literal = "".join(
            part if isinstance(part, str) else "" if part == MANY else "x" for part in text.parts
        )
        begins, stops = text.parts[:1] != (MANY,), text.parts[-1:] != (MANY,)
        if begins and stops:
            self.whole = literal
        elif begins:
            self.starts = max(self.starts, literal, key=len)
        elif stops:
            self.ends = max(self.ends, literal, key=len)
        else:
            self.inside.append(literal)

    def value(self) -> Any:
        return self.whole if self.whole is not None else f"{self.starts}{' '.join(self.inside)}{self.ends}"


def made_for(rule: Rule) -> Event:
    """The event. It may miss the rule: filters are not looked at, nor are expressions beyond their first literal."""
    fields: dict[str, _Field] = {}
    _fill(rule.condition, rule, fields)
    source = rule.source
    return Event(
        {name: field.value() for name, field in fields.items()},
        LogSource(
            source.product or "any", source.service or "any", (source.category,) if source.category else ()
        ),
        id="made",
    )


def _fill(expression: Expr, rule: Rule, fields: dict[str, _Field]) -> None:
    if isinstance(expression, Ref):
        _fill(rule.selections[expression.name], rule, fields)
    elif isinstance(expression, Or):
        _fill(expression.args[0], rule, fields)
    elif isinstance(expression, And | AtLeast):
        count = expression.count if isinstance(expression, AtLeast) else len(expression.args)
        for arg in expression.args[:count]:
            _fill(arg, rule, fields)
    elif isinstance(expression, Item) and not expression.negated:
        _ask(expression, fields)
    else:
        assert isinstance(expression, Not | Item)


def _ask(item: Item, fields: dict[str, _Field]) -> None:
    field = fields.setdefault(item.field or "message", _Field())
    for group in item.groups:
        matcher = group[0]
        if isinstance(matcher, Text):
            field.ask(matcher)
        elif isinstance(matcher, Number | Boolean):
            field.whole = matcher.value
        elif isinstance(matcher, Compare):
            field.whole = matcher.value + {"gt": 1, "lt": -1}.get(matcher.op, 0)
        elif isinstance(matcher, Cidr):
            field.whole = str(ipaddress.ip_network(matcher.network)[-1])
        elif isinstance(matcher, FieldRef):
            field.whole = fields.setdefault(matcher.field, _Field()).whole = "the same"
        elif isinstance(matcher, Exists | Null):
            if isinstance(matcher, Null) or not matcher.value:
                fields.pop(item.field, None)
        else:
            assert isinstance(matcher, Regex | DatePart)
