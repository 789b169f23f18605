"""Flattening nested JSON."""

from keng.normalise.cut import CUT, MAX_FIELDS
from keng.normalise.flatten import flatten, keep_list


def test_names_are_joined_by_dots_and_lists_of_objects_become_lists() -> None:
    value = {
        "a": {"b": 1},
        "c": [{"d": 2}, {"d": 3, "e": [4]}],
        "f": [1, "x"],
        "g": [],
        "h": None,
        "i": [[1]],
    }
    assert flatten(value) == {
        "a.b": 1,
        "c.d": [2, 3],
        "c.e": [4],
        "f": [1, "x"],
        "g": [],
        "h": None,
        "i": ["[1]"],
    }


def test_a_name_that_is_already_taken_by_a_list_of_objects_is_kept() -> None:
    assert flatten({"a.b": 1, "a": [{"b": 2}]}) == {"a.b": [1, 2]}


def test_depth_and_number_are_bounded() -> None:
    deep: dict[str, object] = {}
    for _ in range(500):
        deep = {"a": deep, "l": [deep]}
    assert len(flatten({"a": {"b": 1}})) == 1
    many = flatten({str(number): number for number in range(10_000)})
    assert len(many) == MAX_FIELDS + 1
    assert many[CUT] == 10_000 - MAX_FIELDS


def test_a_list_of_one_is_its_value() -> None:
    assert keep_list([1]) == 1 and keep_list([1, 2]) == [1, 2]


def test_what_is_flat_already_is_copied_as_it_is() -> None:
    record = {"a": 1, "b": [1, "x", None], "c": [], "d": None}
    assert flatten(record) == record
    assert flatten(record) is not record
    assert flatten({**record, "e": [[1]]}) == {**record, "e": ["[1]"]}
    assert flatten({**record, "e": [{"f": 1}, 2]}) == {**record, "e": [2], "e.f": [1]}
