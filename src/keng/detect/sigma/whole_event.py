"""Items that one field's value cannot decide: keywords, fieldref, exists."""

from collections.abc import Callable, Mapping
from typing import Any

from keng.detect.sigma.predicate import ItemTest
from keng.detect.sigma.rule import Exists, FieldRef, Item
from keng.detect.sigma.values import raw_line, scalars, text_of, texts_of
from keng.model.event import Event
from keng.model.glance import Glance

EventTest = Callable[[Event | Glance], bool]
"""A glance stands for its event where only fields are compared (`compared`)."""
_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "is": str.__eq__,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": str.__contains__,
}


def needs_event(item: Item) -> bool:
    """Whether the item must see the whole event."""
    return item.field == "" or any(
        isinstance(matcher, Exists | FieldRef) for group in item.groups for matcher in group
    )


def compared(item: Item) -> frozenset[str] | None:
    """The fields whose values decide the item; None if it takes more than that: keywords, whether a field is there."""
    names = {item.field}
    for group in item.groups:
        for matcher in group:
            if isinstance(matcher, FieldRef):
                names.add(matcher.field)
            elif isinstance(matcher, Exists):
                return None
    return frozenset(names) if item.field else None


def event_test(item: Item) -> EventTest:
    """The item as a function of the event; negation is left to the expression."""
    if item.field == "":
        return _keyword_test(item)
    tests = [[_matcher_test(item.field, matcher) for matcher in group] for group in item.groups]
    if len(tests) == 1 and len(tests[0]) == 1:
        only = tests[0][0]
        return lambda event: only(event.fields)
    return lambda event: all(any(test(event.fields) for test in group) for group in tests)


def _matcher_test(field: str, matcher: Any) -> Callable[[Mapping[str, Any]], bool]:
    if isinstance(matcher, Exists):
        wanted = matcher.value
        return lambda fields: (field in fields) is wanted
    if isinstance(matcher, FieldRef):
        return _reference_test(field, matcher)
    test = ItemTest(Item(field, ((matcher,),)))
    return lambda fields: test.holds(fields.get(field))


def _reference_test(field: str, matcher: FieldRef) -> Callable[[Mapping[str, Any]], bool]:
    compare = _COMPARE[matcher.mode]

    def texts(fields: Mapping[str, Any], name: str) -> list[str]:
        found = [text for part in scalars(fields.get(name)) if (text := text_of(part)) is not None]
        return found if matcher.cased else [text.casefold() for text in found]

    cased = matcher.cased

    def refers(fields: Mapping[str, Any]) -> bool:
        one, two = fields.get(field), fields.get(matcher.field)
        if type(one) is str and type(two) is str:
            return compare(one, two) if cased else compare(one.casefold(), two.casefold())
        others = texts(fields, matcher.field)
        return any(compare(own, other) for own in texts(fields, field) for other in others)

    return refers


def event_texts(event: Event) -> list[str]:
    """What keywords look into: every value as text, and the raw line where it is one."""
    texts = list(texts_of(event.fields.values()))
    if line := raw_line(event):
        texts.append(line)
    return texts


def _keyword_test(item: Item) -> EventTest:
    groups = [test for _, test in ItemTest(item).groups]

    def found(event: Event | Glance) -> bool:
        assert isinstance(event, Event)
        triples = [(text, text, text.casefold()) for text in event_texts(event)]
        return all(any(test(*triple) for triple in triples) for test in groups)

    return found


def keyword_values(item: Item, event: Event) -> list[str]:
    """The values in which a keyword was found, for the explanation; each cut to 500 characters."""
    groups = [test for _, test in ItemTest(item).groups]
    values = []
    for text in event_texts(event):
        folded = text.casefold()
        if any(test(text, text, folded) for test in groups):
            values.append(text[:500])
    return values
