"""Every modifier of the specification: what matches, what does not, what is refused. One case a row."""

from base64 import b64encode
from typing import Any

import pytest
from tests.conformance.sigma.rules import event, matches, refusal, rule_text, ruleset

LATIN = "".join(chr(byte) for byte in "cmd".encode("utf-16-le"))
YES, NO = True, False

CASES: list[tuple[str, Any, Any, bool]] = [
    # key, value in the rule, value in the event, expected
    ("f|contains|all", ["a", "b"], "x b a", YES),
    ("f|contains|all", ["a", "b"], "x a", NO),
    ("f|all", ["a*", "*b"], "a-b", YES),
    ("f|contains|all", ["a", "b"], ["a", "b"], YES),
    ("f|startswith", "adm_", "ADM_nga", YES),
    ("f|startswith", "adm_", "x adm_", NO),
    ("f|endswith", r"\cmd.exe", r"C:\Windows\CMD.EXE", YES),
    ("f|endswith", r"\cmd.exe", r"C:\Windows\cmd.exe ", NO),
    ("f|endswith", r"\cmd.exe", "C:\\Windows\\cmd.exe\n", NO),
    ("f|contains", "b*d", "abcde", YES),
    ("f|contains", "b?d", "abccde", NO),
    ("f|re|startswith", "b+", "bba", YES),
    ("f|re|startswith", "b+", "abb", NO),
    ("f|re|endswith", "b+", "abb", YES),
    ("f|re|endswith", "a|b", "ax", NO),
    ("f|re|contains", "b+", "abba", YES),
    ("f|exists", True, "", YES),
    ("f|exists", True, None, YES),
    ("f|exists", False, "x", NO),
    ("g|exists", False, "x", YES),
    ("g|exists", True, "x", NO),
    ("f|cased", "Cmd", "Cmd", YES),
    ("f|cased", "Cmd", "cmd", NO),
    ("f|cased|contains", "Cmd", "a Cmd b", YES),
    ("f|contains|cased", "Cmd", "a cmd b", NO),
    ("f|neq", "a", "b", YES),
    ("f|neq", "a", "A", NO),
    ("f|neq", ["a", "b"], "c", YES),
    ("f|neq", ["a", "b"], "b", NO),
    ("f|neq", 5, "6", YES),
    ("f|neq", 5, 5, NO),
    ("f|contains|neq", "a", "xax", NO),
    *[("f|windash|contains", " -enc", f"pwsh {dash}enc x", YES) for dash in "-/–—―"],
    *[("f|contains|windash", f" {dash}a -b", "x /a —b", YES) for dash in "-/–—―"],
    ("f|windash|contains", " -enc", "pwsh +enc x", NO),
    ("f|windash|contains|all", ["-a", "/b"], "x –b /a", YES),
    ("f|re", "a.c", "xabcx", YES),
    ("f|re", "^a.c$", "xabc", NO),
    ("f|re", "ABC", "abc", NO),
    ("f|re", "[a-c]{2,3}(x|y)", "zabx", YES),
    ("f|re|i", "ABC", "abc", YES),
    ("f|re|ignorecase", "ABC", "abc", YES),
    ("f|re|m", "^b$", "a\nb\nc", YES),
    ("f|re", "^b$", "a\nb\nc", NO),
    ("f|re|multiline", "^b$", "a\nb\nc", YES),
    ("f|re|s", "a.b", "a\nb", YES),
    ("f|re", "a.b", "a\nb", NO),
    ("f|re|dotall|i", "A.B", "a\nb", YES),
    ("f|re", r"a\\*b", "a\\\\b", YES),
    ("f|base64", "http://", b64encode(b"http://").decode(), YES),
    ("f|base64|contains", "http://", "x aHR0cDovLw== y", YES),
    *[
        ("f|base64offset|contains", "quản trị", b64encode(b"x" * shift + "quản trị".encode() + b"yz").decode(), YES)
        for shift in range(3)
    ],
    ("f|base64offset|contains", "quản trị", b64encode(b"something else entirely").decode(), NO),
    *[
        (f"f|{wide}|base64offset|contains", "tiếng", b64encode(b"x" * shift + "tiếng".encode("utf-16-le") + b"zz").decode(), YES)
        for shift in range(3)
        for wide in ("wide", "utf16le")
    ],
    ("f|utf16be|base64", "cmd", b64encode("cmd".encode("utf-16-be")).decode(), YES),
    ("f|utf16|base64", "cmd", b64encode(b"\xff\xfe" + "cmd".encode("utf-16-le")).decode(), YES),
    ("f|wide", "cmd", LATIN, YES),
    ("f|wide|contains", "cmd", f"x{LATIN}y", YES),
    ("f|lt", 5, 4.9, YES),
    ("f|lt", 5, 5, NO),
    ("f|lte", 5, "5", YES),
    ("f|gt", 5, "5.5", YES),
    ("f|gt", 5, "five", NO),
    ("f|gte", -1, -1, YES),
    ("f|gt", 5, True, NO),
    ("f|gte", 5, None, NO),
    ("f|minute", 30, "2025-03-01T08:30:00Z", YES),
    ("f|hour", 8, "2025-03-01 08:30:00+07:00", YES),
    ("f|hour", [22, 23], "2025-03-01T23:30:00.1234567Z", YES),
    ("f|hour|gte", 22, "2025-03-01T21:59:59", NO),
    ("f|hour|gte", 21, "2025-03-01T21:59:59", YES),
    ("f|day", 1, "2025-03-01", YES),
    ("f|week", 9, "2025-03-01T00:00:00", YES),
    ("f|month", 3, "2025-03-01T00:00:00", YES),
    ("f|year|lt", 2025, "2025-03-01T00:00:00", NO),
    ("f|year", 2025, 1_740_787_200, YES),
    ("f|year", 2025, "no date", NO),
    ("f|cidr", "10.0.0.0/8", "10.200.1.1", YES),
    ("f|cidr", "10.0.0.0/8", "11.0.0.1", NO),
    ("f|cidr", ["192.168.0.0/16", "fe80::/10"], "fe80::1%eth0", YES),
    ("f|cidr", "2001:db8::/32", "2001:DB8:0::1", YES),
    ("f|cidr", "0.0.0.0/0", "::1", NO),
    ("f|cidr", "10.0.0.0/8", "no address", NO),
    ("f|fieldref", "other", "VALUE", YES),
    ("f|fieldref|cased", "other", "VALUE", NO),
    ("f|fieldref", "missing", "x", NO),
    ("f|fieldref|neq", "other", "value", NO),
    ("f|fieldref|neq", "other", "x", YES),
    ("f|fieldref|contains", "other", "a VALUE b", YES),
    ("f|fieldref|startswith", "other", "value b", YES),
    ("f|fieldref|endswith", "other", "value b", NO),
    ("f|fieldref|endswith", "other", "b value", YES),
]  # fmt: skip


@pytest.mark.parametrize(("key", "written", "value", "expected"), CASES)
def test_a_modifier_matches_what_the_specification_says(
    key: str, written: Any, value: Any, expected: bool
) -> None:
    assert matches({"s": {key: written}}, {"f": value, "other": "value"}) is expected


@pytest.mark.parametrize(
    ("key", "written", "reason"),
    [
        ("f|sounds_like", "x", "unknown modifier 'sounds_like'"),
        ("f|contains|all", "x", "needs a list of at least two"),
        ("f|contains|all", ["x"], "needs a list of at least two"),
        ("f|contains|exists", True, "exists must stand first"),
        ("f|exists", "true", "takes true or false"),
        ("f|contains|re", "x", "re must stand first"),
        ("f|re", "(?=a)", "RE2"),
        ("f|re", r"(a)\1", "RE2"),
        ("f|re", "(", "RE2"),
        ("f|i", "x", "needs re before it"),
        ("f|base64", "a*b", "takes no wildcards"),
        ("f|base64offset|contains", "a?b", "takes no wildcards"),
        ("f|wide", "a*", "takes no wildcards"),
        ("f|lt", "5", "takes a number, without quotes"),
        ("f|gte", True, "takes a number"),
        ("f|hour", 24, "from 0 to 23"),
        ("f|minute", "5", "takes a number"),
        ("f|month", 0, "from 1 to 12"),
        ("f|contains|cidr", "10.0.0.0/8", "cidr must stand first"),
        ("f|cidr", "10.0.0.1/8", "host bits set"),
        ("f|cidr", "everything", "not a network"),
        ("f|fieldref", "a*", "takes no wildcards"),
        ("f|expand", "%nobody%", "no value is set for the placeholder %nobody%"),
        ("f|contains", None, "takes text"),
    ],
)
def test_what_the_specification_forbids_is_refused_with_the_reason(
    key: str, written: Any, reason: str
) -> None:
    assert reason in refusal({"s": {key: written}})


def test_an_error_has_its_line() -> None:
    text = "title: x\nlogsource: {product: test}\ndetection:\n  s:\n    a: 1\n    f|foo: x\n  condition: s\n"
    (problem,) = ruleset(text).errors
    assert problem.line == 6


def test_expand_takes_each_value_and_keeps_wildcards_and_escapes() -> None:
    placeholders = {"admins": ["nga", "adm_*"]}
    assert matches({"s": {"f|expand": "%admins%"}}, {"f": "ADM_x"}, **placeholders)
    assert matches({"s": {"f|contains|expand": r"x%admins%"}}, {"f": "..xnga.."}, **placeholders)
    assert not matches({"s": {"f|expand": "%admins%"}}, {"f": "%admins%"}, **placeholders)
    assert matches({"s": {"f|expand": r"100\% %admins%"}}, {"f": "100% nga"}, **placeholders)
    assert matches({"s": {"f|re|expand": "^%admins%$"}}, {"f": "nga"}, **placeholders)
    assert matches({"s": {"f|re|expand": "^%admins%$"}}, {"f": "adm_1"}, **placeholders)


def test_a_standard_placeholder_has_a_value_or_the_rule_is_listed() -> None:
    assert matches({"s": {"f|expand": "%Administrators%"}}, {"f": "administrator"})
    for name in ("JumpServers", "Workstations", "Servers", "DomainControllers"):
        loaded = ruleset(rule_text({"s": {"f|expand": f"%{name}%"}}))
        assert [problem.reason for problem in loaded.errors] == [
            f"no value is set for the placeholder %{name}%"
        ]
        assert ruleset(rule_text({"s": {"f|expand": f"%{name}%"}}), **{name: ["x"]}).rules


def test_values_of_a_list_under_all_keep_their_own_variants_as_alternatives() -> None:
    encoded = [b64encode(b"x" + word).decode() for word in (b"first words", b"second words")]
    detection = {"s": {"f|base64offset|contains|all": ["first words", "second words"]}}
    assert matches(detection, {"f": " ".join(encoded)})
    assert not matches(detection, {"f": encoded[0]})


def test_events_are_made_with_ids_of_their_own() -> None:
    assert event({}).id != event({}).id
