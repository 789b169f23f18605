"""Detection semantics: case, wildcards, escapes, structure, keywords, null, numbers, conditions, log sources."""

from typing import Any

import pytest
from tests.conformance.sigma.rules import event, matches, refusal, rule_text, ruleset

from keng.detect.sigma import Engine
from keng.model.event import LogSource
from keng.normalise.windows import windows_event

VALUES: dict[str, list[tuple[Any, Any, bool]]] = {
    # row of the table: value in the rule, value in the event, expected
    "case": [
        ("PowerShell", "powershell", True),
        ("Nguyễn Thị ĐÀO", "NGUYỄN THỊ đào", True),
        ("ƯỚC MƠ", "ước mơ", True),
        ("d", "đ", False),
        ("STRASSE", "straße", True),
        ("İ", "i̇", True),
        ("k", "\u212a", True),
        ("ΣΊΣΥΦΟΣ", "σίσυφος", True),
        ("0x1410", "0X1410", True),
    ],
    "wildcards": [
        ("a*e", "abcde", True),
        ("a*b", "ab", True),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("a?c", "abbc", False),
        ("a?c", "aßc", True),
        ("*", "", True),
        ("*", None, False),
        ("?*", "", False),
        ("a*b", "a\nb", True),
        ("a*b*c", "acbc", True),
        ("a*b*c", "acb", False),
        ("a**b", "ab", True),
        ("?ị", "trị", False),
        ("??ị", "trị", True),
        ("a.c", "abc", False),
        ("a_c", "abc", False),
        ("a%c", "abc", False),
        ("[ab]", "a", False),
        ("1*", 123, True),
    ],
    "escapes": [
        (r"a\b", r"a\b", True),
        (r"a\\b", r"a\b", True),
        (r"a\\b", r"a\\b", False),
        (r"\\\\server", r"\\server", True),
        (r"\\server", r"\server", True),
        (r"\\\server", r"\\server", True),
        (r"a\*", "a*", True),
        (r"a\*", "abc", False),
        (r"a\?", "a?", True),
        (r"a\?", "ab", False),
        (r"a\\*", r"a\bcd", True),
        (r"a\\*", "a*", False),
        (r"a\\?", r"a\x", True),
        (r"a\\?b", r"a\xb", True),
        (r"a\\\*", r"a\*", True),
        (r"a\\\*", r"a\x", False),
        (r"a\\\\*", r"a\\x", True),
        ("a\\", "a\\", True),
        ("a\\\\", "a\\", True),
        (r"\d", r"\d", True),
        (r"\d", "5", False),
        (r"a\*b*", "a*bcd", True),
    ],
    "lists": [
        (["a", "b"], "b", True),
        (["a", "b"], "c", False),
        (["a*", 5], "5", True),
        ("b", ["a", "b"], True),
        ("b", ["a", ["c", "b"]], True),
        ("b", ["a"], False),
        ("b", [], False),
    ],
    "empty and null": [
        ("", "", True),
        ("", None, False),
        ("", " ", False),
        (None, None, True),
        (None, "", False),
        (None, "null", False),
        ([None, ""], "", True),
        ([None, "a"], None, True),
        ([None, "a"], "a", True),
        ([None, "a"], "b", False),
        (None, [], True),
        (None, ["a", None], True),
    ],
    "numbers": [
        (4688, 4688, True),
        (4688, "4688", True),
        (4688, 4688.0, True),
        (4688, "4688.0", True),
        ("4688", 4688, True),
        (46, "4688", False),
        (46, "46x", False),
        (16, "0x10", False),
        (1.5, "1.50", True),
        (1.5, 1.5, True),
        (0.1, "0.10", True),
        (1.0, "1", True),
        ("1.0", 1, False),
        (1000, "1e3", True),
        (-5, "-5", True),
        (0, "0", True),
        (0, "", False),
        (0, None, False),
        (10**20, str(10**20), True),
        (9007199254740993, 9007199254740992, False),
        ([1, 2], "2", True),
    ],
    "truth": [
        (True, "True", True),
        (True, True, True),
        (False, "FALSE", True),
        (False, None, False),
        ("true", True, True),
        (1, True, False),
        (True, 1, False),
    ],
}


@pytest.mark.parametrize(
    ("written", "value", "expected"),
    [
        pytest.param(*case, marks=pytest.mark.row(row), id=f"{row} {number}")
        for row, cases in VALUES.items()
        for number, case in enumerate(cases, 1)
    ],
)
def test_a_value_matches_as_the_specification_says(written: Any, value: Any, expected: bool) -> None:
    assert matches({"s": {"f": written}}, {"f": value}) is expected


@pytest.mark.row("empty and null")
def test_null_is_true_for_an_absent_field() -> None:
    assert matches({"s": {"f": None}}, {})
    assert not matches({"s": {"f": "*"}}, {})


@pytest.mark.row("maps and lists")
def test_a_map_is_and_a_list_of_maps_is_or() -> None:
    assert matches({"s": {"a": 1, "b": 2}}, {"a": 1, "b": 2})
    assert not matches({"s": {"a": 1, "b": 2}}, {"a": 1})
    assert matches({"s": [{"a": 1, "c": 3}, {"b": 2}]}, {"b": 2})
    assert not matches({"s": [{"a": 1, "c": 3}, {"b": 2}]}, {"a": 1})


@pytest.mark.row("mixed lists")
def test_mixed_lists_are_keywords_or_maps() -> None:
    detection = {"s": ["needle", {"b": 2}]}
    assert matches(detection, {"x": "a NEEDLE here"})
    assert matches(detection, {"b": 2})
    assert not matches(detection, {"b": 3})
    nested = {"s": [[{"a": 1, "c": 3}, {"b": 2}], "needle", {"|all": ["one", "two"]}]}
    for fields, expected in [
        ({"b": 2}, True), ({"a": 1, "c": 3}, True), ({"a": 1}, False), ({"x": "two one"}, True), ({"x": "two"}, False),
    ]:  # fmt: skip
        assert matches(nested, fields) is expected


@pytest.mark.row("keywords")
def test_keywords_are_searched_in_every_value_and_in_the_raw_line() -> None:
    assert matches({"s": ["mimikatz"]}, {"a": 1, "b": ["x", "run MimiKatz now"]})
    assert matches({"s": "failed*root"}, {}, raw="Nov 1 sshd: Failed password for root")
    assert not matches({"s": ["mimikatz"]}, {"a": "mimi", "b": "katz"})
    assert matches({"s": [4625]}, {"id": 4625})
    assert matches({"s": {"": "needle"}}, {"a": "a needle"})
    assert matches({"s": {"f": 1, "": "needle"}}, {"f": 1, "a": "a needle"})
    assert matches({"s": ["a*c", r"\*lit"]}, {"x": "zz a*lit"})
    assert not matches({"s": [r"\*lit"]}, {"x": "zz alit"})
    assert not matches({"s": ["needle"]}, {}, raw='{"a": "needle"}'), "JSON is looked at by its values"
    assert matches({"s": ["QUẢN TRỊ"]}, {"a": {"b": "tài khoản quản trị"}})


@pytest.mark.row("keywords with all")
def test_keywords_with_all_must_all_occur_anywhere() -> None:
    detection = {"s": {"|all": ["one", "two"]}}
    assert matches(detection, {"a": "one", "b": "two"})
    assert not matches(detection, {"a": "one"})


@pytest.mark.row("keywords with modifiers")
def test_keywords_take_other_modifiers() -> None:
    assert matches({"s": {"|re": "n[e]+dle"}}, {"a": "a needle"})
    assert matches({"s": {"|startswith": "nee"}}, {"a": "needle"})
    assert not matches({"s": {"|startswith": "eed"}}, {"a": "needle"})
    assert not matches({"s": {"|cased": ["Needle"]}}, {"a": "needle"})
    assert matches({"s": {"|contains|all": ["one", "two"]}}, {"a": "x one", "b": "two"})
    assert matches({"s": {"|re|i": ["^NEEDLE$"]}}, {"a": "needle"})
    assert matches({"s": {"|endswith": ["dle"]}}, {"a": ["x", "a needle"]})
    assert matches({"s": {"|windash": [" -enc"]}}, {"a": "pwsh –enc x"})
    assert matches({"s": {"|base64offset|contains": ["secret"]}}, {"a": "xxc2VjcmV0"})
    assert matches({"s": {"|wide": ["ab"]}}, {"a": "xa\0b\0y"})
    assert matches({"s": {"|cidr": ["10.0.0.0/8"]}}, {"a": "10.1.1.1"})
    assert matches({"s": {"|expand": ["%admins%"]}}, {"a": "x NGA y"}, admins=["nga"])
    assert not matches({"s": {"|neq": ["one"]}}, {"a": "x one"})


@pytest.mark.row("conditions")
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
        ("not a or b", "c", True),
        ("a or b and not a", "a", True),
        ("not a and not b", "c", True),
        ("not 1 of a* and b", "b", True),
        ("2 of them or b", "b", True),
        ("1 of *", "d", True),
        ("1 of *b", "b", True),
        ("((a))", "a", True),
        ("ALL OF THEM", "abcd", True),
        ("a  and\n  b", "ab", True),
        ("(a or b) and (c or d)", "bd", True),
    ],
)
def test_conditions(condition: str, true: str, expected: bool) -> None:
    detection: dict[str, Any] = {name: {"f|contains": name} for name in "abcd"}
    detection["_h"] = {"f|contains": "h"}
    detection["selx"] = {"f|contains": "never"}
    if "sel" not in condition:
        del detection["selx"]
    assert matches({**detection, "condition": condition}, {"f": true}) is expected


@pytest.mark.row("them")
def test_names_with_a_leading_underscore_are_outside_them() -> None:
    detection = {"a": {"f": 1}, "_b": {"f": 2}, "condition": "1 of them"}
    assert not matches(detection, {"f": 2})


@pytest.mark.row("field names")
def test_a_field_is_asked_for_by_its_name_and_xml_attributes_with_their_tag() -> None:
    assert matches({"s": {"a.b": 1, "c-d": 2, "E f": 3}}, {"a.b": 1, "c-d": 2, "E f": 3})
    assert not matches({"s": {"Image": "x"}}, {"image": "x"}), "names are exact"
    system = {
        "Provider": {"#attributes": {"Name": "Service Control Manager", "Guid": "{5}"}}, "EventID": 7045,
        "TimeCreated": {"#attributes": {"SystemTime": "2026-11-03T01:00:00Z"}}, "Channel": "System",
    }  # fmt: skip
    made = windows_event({"Event": {"System": system, "EventData": {"ServiceName": "x"}}})
    loaded = ruleset(
        rule_text(
            {"s": {"Provider_Name": "Service Control Manager", "EventID": 7045, "ServiceName": "X"}},
            logsource={"product": "windows", "service": "system"},
        )
    )
    assert Engine(loaded).match([event(made.fields, source=made.logsource)])


@pytest.mark.row("list of conditions")
def test_a_list_of_conditions_is_or() -> None:
    detection = {"a": {"f": 1}, "b": {"f": 2}, "condition": ["a", "b"]}
    assert matches(detection, {"f": 2})
    assert not matches(detection, {"f": 3})


@pytest.mark.row("conditions refused")
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
        ("a)", "does not end at ')'"),
        ("not", "ends too early"),
        ("a or or b", "wrong place"),
        ("1 of", "after 'of' stands"),
        ("A", "no selection of this rule"),
        (["a", "nothere"], "no selection of this rule"),
        ([], "is empty"),
        ("", "is empty"),
        (5, "must be text"),
    ],
)
def test_a_wrong_condition_is_refused(condition: Any, reason: str) -> None:
    assert reason in refusal({"a": {"f": 1}, "b": {"f": 2}, "condition": condition})


@pytest.mark.row("selections refused")
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


@pytest.mark.row("log source")
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


@pytest.mark.row("log source")
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
