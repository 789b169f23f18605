"""Compiled tests of items."""

import random

import pytest
from tests.conformance.sigma.exhaustive import text_matches

from keng.detect.sigma import predicate
from keng.detect.sigma.pattern import tidy
from keng.detect.sigma.predicate import ItemTest, glob
from keng.detect.sigma.rule import MANY, ONE, Item, Null, Regex, Text


def test_composed_patterns_match_as_by_trying_every_way() -> None:
    chance = random.Random(1)
    for _ in range(3000):
        parts = tuple(chance.choice(["a", "b", "ab", MANY, ONE]) for _ in range(chance.randrange(1, 6)))
        text = "".join(chance.choice("ab") for _ in range(chance.randrange(0, 8)))
        pattern = tuple(part for part in tidy(parts) if isinstance(part, str | int))
        assert glob(pattern)(text) == text_matches(Text(pattern), text), (pattern, text)


@pytest.mark.parametrize("limit", [0, 24])
def test_many_literals_are_found_whichever_way(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(predicate, "_MANY_NEEDLES", limit)
    test = ItemTest(Item("f", (tuple(Text((MANY, word, MANY)) for word in ("one", "Hai", "ba")),)))
    assert test.holds("số HAI")
    assert not test.holds("số bốn".replace("b", ""))


def test_null_holds_for_null_an_empty_list_and_a_list_with_null() -> None:
    test = ItemTest(Item("f", ((Null(), Text(("x",))),)))
    assert [test.holds(value) for value in (None, [], [None, "y"], "X", ["y"], "")] == [True] * 4 + [
        False
    ] * 2


def test_an_expression_remembers_answers_within_bounds() -> None:
    test = predicate._regex_test("a+b")
    for number in range(2000):
        text = f"{number} aab"
        assert test(text, text, text)


@pytest.mark.parametrize(
    "text", ["", "x" * 9, "x" * 10, "ả" * 10, "xxxxx\nxxxxxx", "a\n" + "b" * 12, "\ud800" * 10]
)
def test_a_line_of_some_length_is_told_as_by_the_expression(text: str) -> None:
    test = ItemTest(Item("f", ((Regex(".{10,}"),),)))
    search = predicate.compiled(".{10,}").search
    assert test.holds(text) is (search(text.encode("utf-8", "replace")) is not None)
