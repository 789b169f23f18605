"""The oracle: every rule on every event, written for clarity, with nothing of the engine's fast path.

It shares the parsed rule with the engine, and nothing else: no anchors, no caches, no compiled tests.
"""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import re2

from keng.detect.sigma.plan import WIDER
from keng.detect.sigma.rule import (
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
    Or,
    Ref,
    Regex,
    Rule,
    Text,
)
from keng.model.event import Event, LogSource

MANY, ONE = 0, 1


def evaluate(rules: Sequence[Rule], events: Sequence[Event]) -> list[tuple[int, str]]:
    """(place of the event, rule id) of every match, in order of events and rules."""
    asked: dict[LogSource, list[Rule]] = {}
    for event in events:
        if event.logsource not in asked:
            asked[event.logsource] = [rule for rule in rules if applies(rule, event)]
    return [
        (place, rule.info.id)
        for place, event in enumerate(events)
        for rule in asked[event.logsource]
        if holds(rule.condition, rule, event)
    ]


def applies(rule: Rule, event: Event) -> bool:
    """A rule runs only on events of its log source."""
    wanted, has = rule.source, event.logsource
    own = (has.product.casefold(), has.service.casefold())
    if wanted.category == "network" and wanted.product in ("", own[0]):
        kinds = {"connection": "firewall", "dns": "dns"}
        if any(wanted.service in ("", kind) and ours in has.categories for kind, ours in kinds.items()):
            return True
    if not any(
        wanted.product in ("", product) and wanted.service in ("", service)
        for product, service in [own, *WIDER.get(own, ())]
    ):
        return False
    return not wanted.category or wanted.category in [category.casefold() for category in has.categories]


def holds(expression: Expr, rule: Rule, event: Event) -> bool:
    """A condition or a selection."""
    if isinstance(expression, Ref):
        return holds(rule.selections[expression.name], rule, event)
    if isinstance(expression, And):
        return all(holds(arg, rule, event) for arg in expression.args)
    if isinstance(expression, Or):
        return any(holds(arg, rule, event) for arg in expression.args)
    if isinstance(expression, Not):
        return not holds(expression.arg, rule, event)
    if isinstance(expression, AtLeast):
        return sum([holds(arg, rule, event) for arg in expression.args]) >= expression.count
    return item_holds(expression, event)


def item_holds(item: Item, event: Event) -> bool:
    """Every group needs one matcher that is true of one value."""
    if item.field == "":
        values = [text(value) for value in flat(list(event.fields.values())) if value is not None]
        structured = event.raw.lstrip().startswith(("{", "[{", "<Event", "<?xml"))
        values += [event.raw] if event.raw and not structured else []
    else:
        values = list(flat(event.fields.get(item.field))) or [None]
    result = all(
        any(matches(matcher, value, item.field, event) for matcher in group for value in values)
        for group in item.groups
    )
    return result is not item.negated


def flat(value: Any) -> Iterator[Any]:
    """Elements of lists and maps, at any depth."""
    if isinstance(value, list | tuple):
        for part in value:
            yield from flat(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from flat(part)
    else:
        yield value


def text(value: Any) -> str:
    """A value as text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and abs(value) < 1e15 and value == int(value):
        return str(int(value))
    return str(value)


def matches(matcher: Matcher, value: Any, field: str, event: Event) -> bool:
    """One matcher on one value that is no list."""
    if isinstance(matcher, Exists):
        return (field in event.fields) == matcher.value
    if isinstance(matcher, Null):
        return value is None
    if value is None:
        return False
    if isinstance(matcher, Text):
        return text_matches(matcher, text(value))
    if isinstance(matcher, Boolean):
        return text(value).casefold() == str(matcher.value).lower()
    if isinstance(matcher, Regex):
        subject = text(value).encode("utf-8", "replace").decode()
        ends = [subject, subject.removesuffix("\n")] if "$" in matcher.pattern else [subject]
        return any(re2.search(matcher.pattern, end) is not None for end in ends)
    if isinstance(matcher, Number):
        return number(value) == matcher.value
    if isinstance(matcher, Compare):
        found = number(value)
        return found is not None and compare(matcher.op, found, matcher.value)
    if isinstance(matcher, DatePart):
        moment = date(value)
        return moment is not None and compare(matcher.op, date_part(moment, matcher.part), matcher.value)
    if isinstance(matcher, Cidr):
        try:
            address = ipaddress.ip_address(text(value))
        except ValueError:
            return False
        network = ipaddress.ip_network(matcher.network)
        mapped = getattr(address, "ipv4_mapped", None)
        return address in network or (mapped is not None and mapped in network)
    return refers(matcher, value, event)


def compare(op: str, left: float, right: float) -> bool:
    return {
        "eq": left == right,
        "lt": left < right,
        "lte": left <= right,
        "gt": left > right,
        "gte": left >= right,
    }[op]


def number(value: Any) -> float | None:
    """A number, or decimal text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if re.fullmatch(r"[+-]?[0-9]+", value):
        return int(value)
    return (
        float(value) if re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?", value) else None
    )


def date(value: Any) -> datetime | None:
    """ISO 8601, or seconds since the epoch."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC)
    try:
        return datetime.fromisoformat(value)
    except (ValueError, TypeError):
        return None


def date_part(moment: datetime, part: str) -> int:
    return moment.isocalendar()[1] if part == "week" else int(getattr(moment, part))


def text_matches(matcher: Text, value: str) -> bool:
    """Wildcards by trying every way."""
    if matcher.dash:
        value = re.sub("[-/–—―]", "-", value)
    # `?` counts the characters that are written: a letter that folds to two (ß) then stays one.
    fold = (
        folded_one_by_one
        if ONE in [part for part in matcher.parts if isinstance(part, int)]
        else str.casefold
    )
    pattern: list[Any] = []
    for part in matcher.parts:
        pattern.extend([part] if isinstance(part, int) else part if matcher.cased else fold(part))
    subject = value if matcher.cased else fold(value)
    reachable = {0}
    for step in pattern:
        if step == MANY and isinstance(step, int):
            reachable = set(range(min(reachable), len(subject) + 1)) if reachable else set()
        else:
            reachable = {
                place + 1
                for place in reachable
                if place < len(subject) and (isinstance(step, int) or subject[place] == step)
            }
    return len(subject) in reachable


def folded_one_by_one(text: str) -> str:
    return "".join(char.casefold() if len(char.casefold()) == 1 else char.lower()[:1] for char in text)


def refers(matcher: FieldRef, value: Any, event: Event) -> bool:
    """The value against another field's values."""
    for other in flat(event.fields.get(matcher.field)):
        if other is None:
            continue
        left, right = text(value), text(other)
        if not matcher.cased:
            left, right = left.casefold(), right.casefold()
        if {
            "is": left == right,
            "startswith": left.startswith(right),
            "endswith": left.endswith(right),
            "contains": right in left,
        }[matcher.mode]:
            return True
    return False
