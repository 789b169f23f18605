"""Detection semantics: case, wildcards, escapes, structure, keywords, null, numbers, conditions, log sources."""

from typing import Any

import pytest
from tests.conformance.sigma.rules import event, matches, refusal, rule_text, ruleset

from keng.detect.sigma import Engine
from keng.model.event import LogSource

ONE_OF_EACH: list[tuple[str, Any, Any, bool]] = [
    # what, value in the rule, value in the event, expected
    ("case", "PowerShell", "powershell", True),
    ("Vietnamese case", "Nguyễn Thị ĐÀO", "NGUYỄN THỊ đào", True),
    ("sharp s", "STRASSE", "straße", True),
    ("Turkish dotted i", "İ", "i̇", True),
    ("Kelvin sign", "k", "\u212a", True),
    ("star", "a*e", "abcde", True),
    ("star matches nothing", "a*b", "ab", True),
    ("question mark", "a?c", "abc", True),
    ("question mark is one", "a?c", "ac", False),
    ("question mark on a folded letter", "a?c", "aßc", True),
    ("star alone", "*", "", True),
    ("star alone needs a value", "*", None, False),
    ("newline under a star", "a*b", "a\nb", True),
    ("no regular expression", "a.c", "abc", False),
    ("no underscore wildcard", "a_c", "abc", False),
    ("single backslash", r"a\b", r"a\b", True),
    ("doubled backslash", r"a\\b", r"a\b", True),
    ("four backslashes", r"\\\\server", r"\\server", True),
    ("two backslashes are one", r"\\server", r"\server", True),
    ("literal star", r"a\*", "a*", True),
    ("literal star is no wildcard", r"a\*", "abc", False),
    ("literal question mark", r"a\?", "a?", True),
    ("backslash and wildcard", r"a\\*", r"a\bcd", True),
    ("backslash and literal star", r"a\\\*", r"a\*", True),
    ("backslash and literal star only", r"a\\\*", r"a\x", False),
    ("trailing backslash", "a\\", "a\\", True),
    ("list is or", ["a", "b"], "b", True),
    ("list is or, none", ["a", "b"], "c", False),
    ("element of the event's list", "b", ["a", "b"], True),
    ("empty", "", "", True),
    ("empty is not null", "", None, False),
    ("null", None, None, True),
    ("null is not empty", None, "", False),
    ("null or empty", [None, ""], "", True),
    ("number as number", 4688, 4688, True),
    ("number as text", 4688, "4688", True),
    ("number as float", 4688, 4688.0, True),
    ("float", 1.5, "1.50", True),
    ("number is not its hexadecimal text", 16, "0x10", False),
    ("quoted number", "4688", 4688, True),
    ("number inside text", 46, "4688", False),
    ("truth", True, "True", True),
    ("truth as truth", True, True, True),
    ("text of truth", "true", True, True),
    ("one is not true", 1, True, False),
    ("true is not one", True, 1, False),
    ("hexadecimal text", "0x1410", "0X1410", True),
]


@pytest.mark.parametrize(("what", "written", "value", "expected"), ONE_OF_EACH)
def test_a_value_matches_as_the_specification_says(
    what: str, written: Any, value: Any, expected: bool
) -> None:
    assert matches({"s": {"f": written}}, {"f": value}) is expected, what


def test_null_is_true_for_an_absent_field() -> None:
    assert matches({"s": {"f": None}}, {})
    assert not matches({"s": {"f": "*"}}, {})


def test_a_map_is_and_a_list_of_maps_is_or() -> None:
    assert matches({"s": {"a": 1, "b": 2}}, {"a": 1, "b": 2})
    assert not matches({"s": {"a": 1, "b": 2}}, {"a": 1})
    assert matches({"s": [{"a": 1, "c": 3}, {"b": 2}]}, {"b": 2})
    assert not matches({"s": [{"a": 1, "c": 3}, {"b": 2}]}, {"a": 1})


def test_mixed_lists_are_keywords_or_maps() -> None:
    detection = {"s": ["needle", {"b": 2}]}
    assert matches(detection, {"x": "a NEEDLE here"})
    assert matches(detection, {"b": 2})
    assert not matches(detection, {"b": 3})


def test_keywords_are_searched_in_every_value_and_in_the_raw_line() -> None:
    assert matches({"s": ["mimikatz"]}, {"a": 1, "b": ["x", "run MimiKatz now"]})
    assert matches({"s": "failed*root"}, {}, raw="Nov 1 sshd: Failed password for root")
    assert not matches({"s": ["mimikatz"]}, {"a": "mimi", "b": "katz"})
    assert matches({"s": [4625]}, {"id": 4625})
    assert matches({"s": {"": "needle"}}, {"a": "a needle"})


def test_keywords_with_all_must_all_occur_anywhere() -> None:
    detection = {"s": {"|all": ["one", "two"]}}
    assert matches(detection, {"a": "one", "b": "two"})
    assert not matches(detection, {"a": "one"})


def test_keywords_take_other_modifiers() -> None:
    assert matches({"s": {"|re": "n[e]+dle"}}, {"a": "a needle"})
    assert matches({"s": {"|startswith": "nee"}}, {"a": "needle"})
    assert not matches({"s": {"|startswith": "eed"}}, {"a": "needle"})
    assert not matches({"s": {"|cased": ["Needle"]}}, {"a": "needle"})


@pytest.mark.parametrize(
    ("condition", "true", "expected"),
    [
        ("a or b and c", "a", True),
        ("a or b and c", "b", False),
        ("(a or b) and c", "a", False),
        ("not a and b", "b", True),
        ("not (a and b)", "ab", False),
        ("not not a", "a", True),
        ("a AND NOT b", "a", True),
        ("1 of them", "c", True),
        ("all of them", "ab", False),
        ("all of them", "abcd", True),
        ("any of them", "d", True),
        ("1 of sel*", "", False),
        ("2 of them", "a", False),
        ("2 of them", "ad", True),
        ("not 1 of them", "", True),
        ("a and not 1 of b*", "a", True),
        ("1 of _*", "h", True),
    ],
)
def test_conditions(condition: str, true: str, expected: bool) -> None:
    detection: dict[str, Any] = {name: {"f|contains": name} for name in "abcd"}
    detection["_h"] = {"f|contains": "h"}
    detection["selx"] = {"f|contains": "never"}
    if "sel" not in condition:
        del detection["selx"]
    assert matches({**detection, "condition": condition}, {"f": true}) is expected


def test_names_with_a_leading_underscore_are_outside_them() -> None:
    detection = {"a": {"f": 1}, "_b": {"f": 2}, "condition": "1 of them"}
    assert not matches(detection, {"f": 2})


def test_a_list_of_conditions_is_or() -> None:
    detection = {"a": {"f": 1}, "b": {"f": 2}, "condition": ["a", "b"]}
    assert matches(detection, {"f": 2})
    assert not matches(detection, {"f": 3})


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("a and", "ends too early"),
        ("a b", "does not end at 'b'"),
        ("(a", "not closed"),
        ("nothere", "no selection of this rule"),
        ("1 of nothere*", "no selection fits"),
        ("0 of them", "write 1, all or a number"),
        ("3 of them", "only 2 selections fit"),
        ("a | count() > 5", "write a correlation"),
        ("", "is empty"),
        (5, "must be text"),
    ],
)
def test_a_wrong_condition_is_refused(condition: Any, reason: str) -> None:
    assert reason in refusal({"a": {"f": 1}, "b": {"f": 2}, "condition": condition})


@pytest.mark.parametrize(
    ("selection", "reason"),
    [
        ({}, "the selection is empty"),
        ([], "the selection is empty"),
        (None, "the selection is empty"),
        ({"f": []}, "is empty"),
        ({"f": {"g": 1}}, "not a map"),
        ({"f": [["a"]]}, "not of lists or maps"),
        ([""], "a keyword cannot be empty"),
    ],
)
def test_a_wrong_selection_is_refused(selection: Any, reason: str) -> None:
    assert reason in refusal({"s": selection, "condition": "s"})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"product": "windows"}, True),
        ({"product": "Windows"}, True),
        ({"product": "linux"}, False),
        ({"category": "process_creation"}, True),
        ({"category": "process_access"}, False),
        ({"service": "security"}, True),
        ({"service": "sysmon"}, False),
        ({"product": "windows", "category": "process_creation", "service": "security"}, True),
        ({"product": "windows", "definition": "ignored"}, True),
    ],
)
def test_a_rule_runs_only_on_events_of_its_log_source(source: dict[str, str], expected: bool) -> None:
    loaded = ruleset(rule_text({"s": {"f": 1}}, logsource=source))
    has = LogSource("windows", "security", ("process_creation",))
    assert bool(Engine(loaded).match([event({"f": 1}, source=has)])) is expected


@pytest.mark.parametrize("source", [{}, {"definition": "x"}, "windows", {"product": 5}, {"product": ""}])
def test_a_wrong_log_source_is_refused(source: Any) -> None:
    assert "logsource" in refusal({"s": {"f": 1}}, logsource=source)


def test_a_match_says_which_fields_made_it() -> None:
    loaded = ruleset(
        rule_text({"s": {"f": "a", "g|contains": "b"}, "n": {"h": 1}, "condition": "s and not n"})
    )
    (detection,) = Engine(loaded).match([event({"f": "A", "g": "xbx", "h": 2, "z": 1})])
    assert detection.matched == {"f": "A", "g": "xbx"}
    loaded = ruleset(rule_text({"s": ["needle"]}))
    (detection,) = Engine(loaded).match([event({"f": "a needle", "g": "x"})])
    assert detection.matched == {"": ["a needle"]}
