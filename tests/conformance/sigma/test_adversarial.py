"""Cases of an examiner who wants the engine to be wrong: YAML as people write it, values as logs have them.

Written from the text of the specification, not from our code; True: matches, False: does not, None: is refused.
"""

import time
from typing import Any

import pytest
from tests.conformance.sigma.rules import event, rule_text, ruleset

from keng.detect.sigma import Engine

MISSING = object()
Case = tuple[str, str, str, Any, bool | None]
LISTS = {"adm": ["root", "adm_*"], "n": ["5"]}

CASES: list[Case] = [
    # row, key, value as YAML, value of the event, expected
    ("escapes", "f|contains", r"'a\\b'", r"xa\by", True),
    ("escapes", "f|endswith", r"'\\'", "C:\\", True),
    ("escapes", "f|contains", r"'\\\\x'", r"\\x", True),
    ("escapes", "f|contains", r"'\\\\x'", r"\x", False),
    ("escapes", "f", r"'\\\?'", r"\?", True),
    ("escapes", "f", r"'\\\?'", r"\a", False),
    ("escapes", "f", r"'a\?*'", "a?zzz", True),
    ("escapes", "f", r"'a\?*'", "azzzz", False),
    ("escapes", "f|startswith", r"'\\*\x'", r"\abc\x1", True),
    ("escapes", "f", r"'C:\Win\*\cmd.exe'", r"C:\Win*\cmd.exe", True),
    ("escapes", "f", r"'C:\Win\*\cmd.exe'", r"C:\Win\32\cmd.exe", False),
    ("escapes", "f", r"'C:\Win\\*\cmd.exe'", r"C:\Win\32\cmd.exe", True),
    ("escapes", "f|re", r"'^a\*b$'", "a*b", True),
    ("escapes", "f|re", r"'a\/b\-c'", "a/b-c", True),
    ("modifier re", "f|re", r"'\bfoo\b'", "a foo b", True),
    ("modifier re", "f|re", r"'(?<!a)b'", "b", None),
    ("modifier re", "f|re", r"'a++'", "aa", None),
    ("modifier re", "f|re", r"'(?>a)'", "aa", None),
    ("modifier re", "f|re", r"'^a$'", "a\n", True),
    ("modifier re", "f|re", r"'^a$'", "a\n\n", False),
    ("modifier re", "f|re", r"'^a$'", "a\nb", False),
    ("modifier re", "f|re", r"'^$'", "\n", True),
    ("modifier re", "f|re", r"'a\$'", "a\n", False),
    ("modifier re", "f|re", r"'a|b$'", "xb\n", True),
    ("modifier endswith", "f|re|endswith", "a", "a\n", False),
    ("keywords with modifiers", "|re", "'one$'", "twoone\n", True),
    ("modifier i", "f|re|i", "'straße'", "STRASSE", False),
    ("modifier s", "f|re|i|s", "'a.B'", "A\nb", True),
    ("modifier m", "f|re|m|i", "'^B$'", "A\nb\nc", True),
    ("empty and null", "f", "''", MISSING, False),
    ("empty and null", "f", "", None, True),
    ("empty and null", "f", "~", MISSING, True),
    ("empty and null", "f", "'null'", None, False),
    ("empty and null", "f", "'null'", "NULL", True),
    ("empty and null", "f", "[1, a, true, null, 'b*']", MISSING, True),
    ("wildcards", "f", "'?'", "", False),
    ("wildcards", "f", "'?'", "\U0001f600", True),
    ("wildcards", "f", "'??'", "\U0001f600", False),
    ("numbers", "f", "-0", 0, True),
    ("numbers", "f", "5", "05", True),
    ("numbers", "f", "007", "007", True),
    ("numbers", "f", "007", 7, False),
    ("numbers", "f", "0x1F", "0x1f", True),
    ("numbers", "f", "0x1F", 31, True),
    ("numbers", "f", "0x1F", "31", True),
    ("numbers", "f", "0x1F", "1F", False),
    ("numbers", "f|contains", "0x1F", "rights: 0x1fabc", True),
    ("numbers", "f|cased", "0x1F", "0x1f", False),
    ("numbers", "f", "'0x1F'", 31, False),
    ("modifier gt", "f|gt", "0x10", 17, True),
    ("numbers", "f", "18446744073709551616", "18446744073709551616", True),
    ("numbers", "f", "18446744073709551616", 18446744073709551617, False),
    ("modifier lte", "f|lte", "10", True, False),
    ("modifier gt", "f|gt", "5", "192.168.1.1", False),
    ("modifier re", "f|re", "'[0-9]+'", True, False),
    ("wildcards", "f", "'?'", True, False),
    ("modifier cased", "f|cased|contains", "'true'", True, True),
    ("modifier neq", "f|neq", "'5'", 5, False),
    ("case", "f|startswith", "é", "É", True),
    ("modifier lt", "f|lt", "18446744073709551617", "18446744073709551616", True),
    ("numbers", "f", "1_000", "1_000", True),
    ("numbers", "f", "12:30", "12:30", True),
    ("numbers", "f", "2024-01-01", "2024-01-01", True),
    ("truth", "f", "yes", "YES", True),
    ("truth", "f", "on", True, False),
    ("truth", "f", "[1, a, true]", "True", True),
    ("modifier exists", "f|exists", "true", [], True),
    ("modifier exists", "f|exists", "false", "", False),
    ("modifier exists", "f|exists", "false", MISSING, True),
    ("modifier exists", "f|exists", "yes", 1, True),
    ("modifier exists", "f|exists", "No", MISSING, True),
    ("modifier exists", "f|exists", "'maybe'", 1, None),
    ("modifier exists", "f|exists", "[true, false]", 1, None),
    ("modifier exists", "f|exists", "null", 1, None),
    ("modifier cidr", "f|cidr", "10.0.0.0/8", "::ffff:10.1.2.3", True),
    ("modifier cidr", "f|cidr", "10.0.0.0/8", "::FFFF:0a01:203", True),
    ("modifier cidr", "f|cidr", "10.0.0.0/8", "::ffff:11.1.2.3", False),
    ("modifier cidr", "f|cidr", "0.0.0.0/0", "::1", False),
    ("modifier cidr", "f|cidr", "'::ffff:0:0/96'", "::ffff:10.1.2.3", True),
    ("modifier cidr", "f|cidr", "'::ffff:0:0/96'", "10.1.2.3", False),
    ("modifier cidr", "f|cidr", "'fc00::/7'", "fd00::1", True),
    ("modifier cidr", "f|cidr", "10.0.0.0/8", "010.1.1.1", False),
    ("modifier cidr", "f|cidr", "10.0.0.0/8", "10.1.1.1/24", False),
    ("modifier cidr", "f|cidr|all", "[10.0.0.0/8, 10.1.0.0/16]", "10.1.1.1", True),
    ("modifier hour", "f|hour", "23", "2024-12-31T23:59:59.999999999Z", True),
    ("modifier day", "f|day|lt|all", "[5, 9]", "2024-01-03", True),
    ("modifier week", "f|week", "1", "2024-12-31T23:59:59", True),
    ("modifier year", "f|year", "2024", "20241231T080000Z", True),
    ("modifier month", "f|month", "'5'", "2024-05-01T05:00:00", None),
    ("modifier lt", "f|lt", "2024-01-01", "2023", None),
    ("modifier all", "f|contains|all", "[a, 1]", "1a", True),
    ("lists", "f", "[]", "", None),
    ("lists", "f", "{a: 1}", "", None),
    ("lists", "f", "[[a], b]", "b", None),
    ("modifier windash", "f|windash|contains", "' /a-b '", "p -a/b x", True),
    ("modifier windash", "f|windash|contains", "'-'", "—", True),
    ("modifier windash", "f|windash|contains", "'-*x'", "p /zzx", True),
    ("modifier windash", "f|windash|contains", "'http://x'", "http:-―x", True),
    ("modifier windash", "f|contains|windash|all", "['-a', '/b']", "―a –b", True),
    ("modifier windash", "f|windash", "' -enc '", "p -enc x", False),
    ("modifier expand", "f|contains|expand", "'-u %adm%'", "x -u root y", True),
    ("modifier expand", "f|expand", r"'\%plain%adm%'", "%plainroot", True),
    ("modifier expand", "f|re|expand", "'^u-%adm%$'", "u-adm_zzz", True),
    ("modifier expand", "f", "'%adm%'", "root", False),
    ("modifier expand", "f|expand|windash", "'-%n%'", "/5", True),
    ("modifier expand", "f|expand|base64", "'%n%'", "NQ==", True),
    ("modifier expand", "f|expand", "'%%'", "%%", True),
    ("modifier expand", "f|expand|cidr", "'%n%'", "5", None),
    ("modifier fieldref", "f|fieldref", "g", ["a", "OTHER"], True),
    ("modifier fieldref", "f|fieldref|re", "g", "other", None),
    ("modifier fieldref", "f|fieldref|gt", "g", "other", None),
    ("case", "f|contains", "'ss'", "straße", True),
    ("case", "f|startswith", "'s'", "ß", True),
    ("case", "f", "'ſ'", "S", True),
    ("case", "f", "'ﬁ'", "FI", True),
    ("case", "f|cased", "'ß'", "SS", False),
    ("case", "f", "'ÀẢ'", "àả", True),
    ("keywords", "", "'K'", "\u212a", True),
    ("keywords", "", "'say \"hi\"'", 'I SAY "hi"', True),
    ("keywords", "", r"'C:\Windows\evil'", r"c:\windows\evil.exe", True),
    ("keywords", "", '"new\\nline"', "a new\nline", True),
    ("keywords", "", "['nested']", "nested", True),
    ("keywords", "", "[46]", 4625, True),
    ("keywords", "", "[null]", "x", None),
    ("keywords", "", "f", "no", False),
    ("keywords with all", "|all", "[one, two]", "one two", True),
    ("keywords with all", "|all", "[one, two]", "one", False),
    ("keywords with modifiers", "|re|i", "['O.E', zz]", "xone", True),
    ("keywords with modifiers", "|cased", "Evil", "an evil", False),
    ("keywords with modifiers", "|startswith", "ev", "an evil", False),
    ("keywords with modifiers", "|base64offset|contains", "evilevil", "eGV2aWxldmls", True),
    ("keywords with modifiers", "|neq", "evil", "good", True),
]
CONDITIONS: list[tuple[str, str, bool | None]] = [
    # condition, selections that are true, expected
    ("a or b and c", "a", True),
    ("a or b and c", "b", False),
    ("not a and b", "b", True),
    ("not (a or b)", "c", True),
    ("a OR b", "b", True),
    ("A or b", "b", None),
    ("a And b", "a b", True),
    ("1 OF sel_*", "sel_2", True),
    ("ALL OF THEM", "a b c sel_1 sel_2 filter_main_a filter_main_b", True),
    ("1 of them", "_x", False),
    ("1 of _*", "_x", True),
    ("2 of sel_*", "sel_1", False),
    ("a and not 1 of filter_main_*", "a filter_main_b", False),
    ("a and not all of filter_main_*", "a filter_main_b", True),
    ("1 of f*r_*n_a", "filter_main_a", True),
    ("1 of nothing_*", "a", None),
    ("((a)) and (b or (c and not (sel_1)))", "a c", True),
    ("a and(b)", "a b", True),
    ("not not a", "a", True),
    ("1 of a", "a", True),
    ("(a", "a", None),
    ("a)", "a", None),
    ("a b", "a", None),
    ("and a", "a", None),
    ("a and", "a", None),
    ("''", "a", None),
    ("()", "a", None),
    ("a | count() > 5", "a", None),
    ("1 of", "a", None),
    ("0 of them", "a", None),
    ("8 of them", "a", None),
]
NAMES = ["a", "b", "c", "_x", "sel_1", "sel_2", "filter_main_a", "filter_main_b"]


def outcome(detection: str, fields: dict[str, Any]) -> bool | None:
    loaded = ruleset(f"title: t\nlogsource: {{product: test}}\ndetection:\n{detection}", **LISTS)
    if any(problem.fatal for problem in loaded.errors):
        assert all(problem.line for problem in loaded.errors)
        return None
    assert not loaded.errors
    return bool(Engine(loaded).match([event(fields)]))


@pytest.mark.parametrize(
    ("key", "written", "value", "expected"),
    [pytest.param(*case[1:], marks=pytest.mark.row(case[0])) for case in CASES],
)
def test_a_value_written_as_people_do(key: str, written: str, value: Any, expected: bool | None) -> None:
    fields = {"g": "other"} if value is MISSING else {"f": value, "g": "other"}
    inner = f"    '{key}': {written}\n" if key else f"    {written}\n"
    assert outcome(f"  s:\n{inner}  condition: s\n", fields) is expected


@pytest.mark.row("conditions")
@pytest.mark.parametrize(("condition", "true", "expected"), CONDITIONS)
def test_a_condition_binds_as_the_specification_says(
    condition: str, true: str, expected: bool | None
) -> None:
    selections = "".join(f"  {name}: {{{name}f: 1}}\n" for name in NAMES)
    fields = {f"{name}f": 1 for name in true.split()}
    assert outcome(f"{selections}  condition: {condition}\n", fields) is expected


TRAPS: list[tuple[str, dict[str, Any], str, bool]] = [
    # name, selections (key of the first is the condition), value, whether it is refused
    ("stars", {"s": {"f": "*a" * 40 + "*b"}}, "a" * 60_000, False),
    ("stars and marks", {"s": {"f": "*a?" * 40 + "*b"}}, "a" * 60_000, False),
    ("nested repetition", {"s": {"f|re": "((a{1,30}){1,30}){1,30}b"}}, "a" * 60_000, True),
    ("catastrophic", {"s": {"f|re": "(a+a+)+y"}}, "a" * 60_000, False),
    ("ten thousand values", {"s": {"f|contains": [f"x{n}y" for n in range(10_000)]}}, "a" * 60_000, False),
    ("a thousand selections", {f"s{n}": {"f|contains": "a" * n} for n in range(1000)}, "a" * 999, False),
    ("parentheses", {"s": {"f": "x"}, "condition": "(" * 3000 + "s" + ")" * 3000}, "x", True),
    ("negations", {"s": {"f": "x"}, "condition": "not " * 1500 + "s"}, "x", False),
    ("dashes", {"s": {"f|windash|base64offset|contains": [f"-a-b-c-d-e{n}" for n in range(200)]}}, "", True),
    ("placeholders", {"s": {"f|expand": "%many%" * 8}}, "", True),
    ("placeholders in re", {"s": {"f|re|expand": "%many%" * 800}}, "", True),
]


@pytest.mark.row("errors")
@pytest.mark.parametrize(
    ("detection", "value", "refused"), [pytest.param(*trap[1:], id=trap[0]) for trap in TRAPS]
)
def test_no_rule_takes_long_to_load_or_to_match(detection: dict[str, Any], value: str, refused: bool) -> None:
    condition = "500 of s*" if "s999" in detection else "s"
    text = rule_text({**detection, "condition": detection.get("condition", condition)})
    started = time.process_time()
    loaded = ruleset(text, many=[f"value {n}" for n in range(100)])
    assert any(problem.fatal for problem in loaded.errors) is refused
    Engine(loaded).match([event({"f": value}) for _ in range(3)])
    assert time.process_time() - started < 3
