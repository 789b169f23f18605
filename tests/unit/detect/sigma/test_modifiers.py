"""Modifiers as matchers (what they match is in tests/conformance/sigma/test_modifiers.py)."""

from keng.detect.sigma.modifiers import MODIFIERS, read_item
from keng.detect.sigma.rule import MANY, Item, Text


def read(key: str, *values: str) -> Item:
    field, *modifiers = key.split("|")
    return read_item(field, modifiers, [(value, 1) for value in values], 1, {}, len(values) > 1)


def test_every_modifier_of_the_specification_is_known() -> None:
    assert set(MODIFIERS) >= {
        "all", "startswith", "endswith", "contains", "exists", "cased", "neq", "windash", "re", "i", "m", "s",
        "ignorecase", "multiline", "dotall", "base64", "base64offset", "utf16le", "wide", "utf16be", "utf16", "lt",
        "lte", "gt", "gte", "minute", "hour", "day", "week", "month", "year", "cidr", "expand", "fieldref",
    }  # fmt: skip
    assert len(MODIFIERS) == 34


def test_all_makes_a_group_of_each_value_and_or_makes_one() -> None:
    assert [len(group) for group in read("f|contains|all", "a", "b").groups] == [1, 1]
    assert [len(group) for group in read("f|contains", "a", "b", "a").groups] == [2]


def test_base64offset_gives_three_alternatives_of_one_value() -> None:
    (group,) = read("f|base64offset|contains", "secret words").groups
    assert len(group) == 3
    assert all(isinstance(matcher, Text) and matcher.parts[0] == MANY for matcher in group)


def test_windash_is_one_pattern_however_many_dashes() -> None:
    (group,) = read("f|windash|contains", " -a --bcd /e http://x").groups
    assert len(group) == 1
