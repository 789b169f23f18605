"""Why a rule matches an event, or why not: every selection, every item, with the values that decided. Pure.

Written for clarity, without anchors and caches: it evaluates the rule as it stands.
"""

from typing import Any

import msgspec

from keng.detect.sigma.plan import rules_for
from keng.detect.sigma.predicate import ItemTest
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
    Matcher,
    Not,
    Null,
    Number,
    Ref,
    Regex,
    Rule,
    Text,
)  # fmt: skip
from keng.detect.sigma.whole_event import event_test, keyword_values, needs_event
from keng.model.event import Event

MAX_VALUE = 500
MAX_TEXTS = 12


class Part(msgspec.Struct, frozen=True):
    """One item of a selection. wanted: what it asks for, as a person reads it; value: what the event has (None: absent).

    holds: its own truth, before a negation around it. must: what the condition needs it to be.
    """

    selection: str
    field: str
    wanted: str
    value: Any
    holds: bool
    must: bool = True


class Explanation(msgspec.Struct, frozen=True):
    """matches: the rule holds on the event. source_fits: its log source is the event's.

    selections: name → truth. reasons: where it matches, the items by which it does. failing: where it does not, the
    smallest set of items that would have to be otherwise.
    """

    rule_id: str
    title: str
    matches: bool
    source_fits: bool
    source: dict[str, str]
    event_source: dict[str, Any]
    selections: dict[str, bool]
    reasons: tuple[Part, ...] = ()
    failing: tuple[Part, ...] = ()


def explain(rule: Rule, event: Event) -> Explanation:
    """The rule on the event, taken apart."""
    look = _Look(rule, event)
    holds = look.truth(rule.condition)
    fits = bool(rules_for([rule.source], event.logsource))
    logsource = event.logsource
    return Explanation(
        rule.info.id,
        rule.info.title,
        holds and fits,
        fits,
        {
            "category": rule.source.category,
            "product": rule.source.product,
            "service": rule.source.service,
        },
        {
            "categories": list(logsource.categories),
            "product": logsource.product,
            "service": logsource.service,
        },
        {name: look.truth(expression) for name, expression in rule.selections.items()},
        tuple(look.reasons(rule.condition, "", True)) if holds else (),
        () if holds else tuple(look.failing(rule.condition, "", True)),
    )


class _Look:
    def __init__(self, rule: Rule, event: Event) -> None:
        self._rule = rule
        self._event = event
        self._known: dict[Item, bool] = {}

    def truth(self, expression: Expr) -> bool:
        if isinstance(expression, Ref):
            return self.truth(self._rule.selections[expression.name])
        if isinstance(expression, Item):
            return self._holds(expression) is not expression.negated
        if isinstance(expression, Not):
            return not self.truth(expression.arg)
        found = [self.truth(arg) for arg in expression.args]
        if isinstance(expression, AtLeast):
            return sum(found) >= expression.count
        return all(found) if isinstance(expression, And) else any(found)

    def reasons(self, expression: Expr, name: str, must: bool) -> list[Part]:
        """Items by which the expression is as it must be."""
        if isinstance(expression, Ref):
            return self.reasons(self._rule.selections[expression.name], expression.name, must)
        if isinstance(expression, Item):
            return [self._part(expression, name, must)]
        if isinstance(expression, Not):
            return self.reasons(expression.arg, name, not must)
        fitting = [arg for arg in expression.args if self.truth(arg) is must]
        return [part for arg in fitting for part in self.reasons(arg, name, must)]

    def failing(self, expression: Expr, name: str, must: bool) -> list[Part]:
        """The fewest items that would have to be otherwise for the expression to be as it must be."""
        if isinstance(expression, Ref):
            return self.failing(self._rule.selections[expression.name], expression.name, must)
        if isinstance(expression, Item):
            return [self._part(expression, name, must)]
        if isinstance(expression, Not):
            return self.failing(expression.arg, name, not must)
        wrong = sorted(
            (self.failing(arg, name, must) for arg in expression.args if self.truth(arg) is not must), key=len
        )
        if isinstance(expression, AtLeast):
            right = sum(self.truth(arg) for arg in expression.args)
            needed = expression.count - right if must else right - expression.count + 1
        elif isinstance(expression, And) is must:
            needed = len(wrong)
        else:
            needed = 1
        return [part for parts in wrong[:needed] for part in parts]

    def _holds(self, item: Item) -> bool:
        if item not in self._known:
            if needs_event(item):
                self._known[item] = event_test(item)(self._event)
            else:
                self._known[item] = ItemTest(item).holds(self._event.fields.get(item.field))
        return self._known[item]

    def _part(self, item: Item, name: str, must: bool) -> Part:
        holds = self._holds(item)
        value: Any = self._event.fields.get(item.field)
        if item.field == "":
            value = keyword_values(item, self._event)[:5] if holds else None
        if isinstance(value, str):
            value = value[:MAX_VALUE]
        return Part(name, item.field, describe(item), value, holds, must is not item.negated)


def describe(item: Item) -> str:
    """What an item asks for: alternatives with “or”, groups with “and”."""
    groups = []
    for group in item.groups:
        texts = [matcher_text(matcher) for matcher in group[:MAX_TEXTS]]
        more = [f"… ({len(group)})"] if len(group) > MAX_TEXTS else []
        groups.append(" | ".join(texts + more))
    return " & ".join(f"({group})" if len(groups) > 1 and " | " in group else group for group in groups)


def matcher_text(matcher: Matcher) -> str:
    """One matcher as a rule would write it."""
    if isinstance(matcher, Text):
        body = "".join(
            part if isinstance(part, str) else "*" if part == MANY else "?" for part in matcher.parts
        )
        return body if body else "''"
    if isinstance(matcher, Number):
        return str(matcher.value)
    if isinstance(matcher, Boolean):
        return "true" if matcher.value else "false"
    if isinstance(matcher, Null):
        return "null"
    if isinstance(matcher, Regex):
        return f"/{matcher.pattern}/"
    if isinstance(matcher, Compare):
        return f"{matcher.op} {matcher.value}"
    if isinstance(matcher, DatePart):
        return f"{matcher.part} {matcher.op} {matcher.value}"
    if isinstance(matcher, Cidr):
        return matcher.network
    if isinstance(matcher, FieldRef):
        return f"{matcher.mode} {{{matcher.field}}}"
    assert isinstance(matcher, Exists)
    return "exists" if matcher.value else "absent"
