"""Items that need the whole event."""

from tests.conformance.sigma.rules import event

from keng.detect.sigma.rule import MANY, Exists, FieldRef, Item, Text
from keng.detect.sigma.whole_event import event_test, event_texts, keyword_values, needs_event


def test_which_items_need_it() -> None:
    assert needs_event(Item("", ((Text(("a",)),),)))
    assert needs_event(Item("f", ((FieldRef("g"),),)))
    assert needs_event(Item("f", ((Exists(True),),)))
    assert not needs_event(Item("f", ((Text(("a",)),),)))


def test_references_compare_lists_and_numbers_as_text() -> None:
    test = event_test(Item("f", ((FieldRef("g"),),)))
    assert test(event({"f": [1, "A"], "g": "a"}))
    assert test(event({"f": 5, "g": "5"}))
    assert not test(event({"f": None, "g": None}))


def test_keywords_see_values_and_the_line_and_say_where() -> None:
    item = Item("", ((Text((MANY, "x", MANY)),),))
    has = event({"a": ["X1", 2], "b": None}, raw="line x")
    assert event_texts(has) == ["X1", "2", "line x"]
    assert keyword_values(item, has) == ["X1", "line x"]
