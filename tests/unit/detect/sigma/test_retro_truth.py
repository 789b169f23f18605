"""True and false are final; what the store's text cannot tell stays open."""

import pytest

from keng.detect.sigma.program import AND, ATLEAST, NOT, OR, Leaf
from keng.detect.sigma.retro_truth import Truth, Truths, all_of, any_of, truth_of
from keng.detect.sigma.rule import MANY, Cidr, Compare, Exists, FieldRef, Item, Matcher, Null, Number, Text


def _truth(matcher: Matcher, text: str | None, **others: str) -> Truth:
    return Truths([Leaf(0, Item("f", ((matcher,),)))]).of_leaf(0, {"f": text, **others})


@pytest.mark.parametrize(
    ("matcher", "text", "truth"),
    [
        (Text((MANY, "abc", MANY)), "xABCx", True),
        (Text((MANY, "abc", MANY)), "x", False),
        (Text((MANY, "abc")), "x\nabc", True),
        (Text(("abc",)), "x\nabc", None),  # a list has it, a text of two lines has not
        (Text(("abc",)), "", False),
        (Null(), "", None),
        (Null(), "a", False),
        (Number(5), "5", True),
        (Number(5), "6", False),
        (Compare("gt", 5), "7", True),
        (Cidr("10.0.0.0/8"), "10.1.2.3", True),
        (Cidr("10.0.0.0/8"), "11.1.2.3", False),
        (Exists(True), "", None),
        (Exists(False), "a", False),
        (Text((MANY, "abc", MANY)), None, None),
    ],
)
def test_what_a_text_says_of_a_matcher(matcher: Matcher, text: str | None, truth: Truth) -> None:
    assert _truth(matcher, text) is truth


def test_another_field_is_compared_where_both_are_certain() -> None:
    assert _truth(FieldRef("g"), "Abc", g="aBC") is True
    assert _truth(FieldRef("g"), "Abc", g="x") is False
    assert _truth(FieldRef("g"), "Abc") is None and _truth(FieldRef("g"), "", g="") is None


def test_keywords_and_fields_that_were_not_read_are_open() -> None:
    truths = Truths(
        [Leaf(0, Item("", ((Text((MANY, "a", MANY)),),))), Leaf(1, Item("g", ((Text(("a",)),),)))]
    )
    assert truths.of_leaf(0, {"f": "b"}) is None and truths.of_leaf(1, {"f": "b"}) is None


def test_three_values_are_joined_as_two_would_be() -> None:
    assert all_of([True, None]) is None and all_of([None, False]) is False and all_of([True]) is True
    assert any_of([False, None]) is None and any_of([None, True]) is True and any_of([]) is False
    leaves = {1: True, 2: False, 3: None}.get
    assert truth_of((AND, (1, (NOT, 2))), leaves) is True
    assert truth_of((AND, (2, 3)), leaves) is False
    assert truth_of((OR, (2, 3)), leaves) is None
    assert truth_of((ATLEAST, 2, (1, 2, 3)), leaves) is None
    assert truth_of((ATLEAST, 1, (1, 3)), leaves) is True
    assert truth_of((ATLEAST, 3, (1, 2, 3)), leaves) is False
    assert truth_of(9, leaves) is None
