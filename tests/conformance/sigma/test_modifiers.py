"""Every modifier of the specification: what matches, what does not, what is refused. One case a line."""

from base64 import b64encode
from typing import Any

import pytest
from tests.conformance.sigma.rules import event, matches, refusal, rule_text, ruleset

from keng.detect.sigma.modifiers import MODIFIERS

YES, NO = True, False
Case = tuple[str, Any, Any, bool]
ADMINS = {"admins": ["nga", "adm_*"], "dotted": ["a.b", "c"], "dashed": ["-x"]}


def in_base64(data: bytes, shift: int) -> str:
    """Base64 of longer data with `data` inside, at one of the three offsets."""
    return b64encode(b"x" * shift + data + b"yz").decode()


def latin(data: bytes) -> str:
    """Bytes as the text of the same numbers."""
    return data.decode("latin-1")


PLACES: list[Case] = [
    # key, value in the rule, value in the event, expected
    ("f|contains|all", ["a", "b"], "x b a", YES),
    ("f|contains|all", ["a", "b"], "x a", NO),
    ("f|all|contains", ["a", "b"], "xbay", YES),
    ("f|all", ["a*", "*b"], "a-b", YES),
    ("f|contains|all", ["a", "b"], ["a", "b"], YES),
    ("f|contains|all", ["a", "b"], ["a", "c"], NO),
    ("f|contains|all|neq", ["a", "b"], "x a", YES),
    ("f|contains|all|neq", ["a", "b"], "b a", NO),
    ("f|startswith", "adm_", "ADM_nga", YES),
    ("f|startswith", "adm_", "x adm_", NO),
    ("f|startswith", 1, 123, YES),
    ("f|startswith", r"a\\*", r"a\zzz", YES),
    ("f|endswith", r"\cmd.exe", r"C:\Windows\CMD.EXE", YES),
    ("f|endswith", r"\cmd.exe", r"C:\Windows\cmd.exe ", NO),
    ("f|endswith", r"\cmd.exe", "C:\\Windows\\cmd.exe\n", NO),
    ("f|endswith", "\\", "C:\\Windows\\", YES),
    ("f|contains", "b*d", "abcde", YES),
    ("f|contains", "b?d", "abccde", NO),
    ("f|contains", "", "x", YES),
    ("f|contains", "", None, NO),
    ("f|contains", r"\*", "a*b", YES),
    ("f|contains", r"\*", "ab", NO),
    ("f|contains", ["a", 5], "x5", YES),
    ("f|contains|contains", "a", "xax", YES),
    ("f|re|startswith", "b+", "bba", YES),
    ("f|re|startswith", "b+", "abb", NO),
    ("f|re|startswith", "a|b", "xb", NO),
    ("f|re|endswith", "b+", "abb", YES),
    ("f|re|endswith", "a|b", "ax", NO),
    ("f|re|contains", "b+", "abba", YES),
]
PRESENCE: list[Case] = [
    ("f|exists", True, "", YES),
    ("f|exists", True, None, YES),
    ("f|exists", False, "x", NO),
    ("f|exists", False, None, NO),
    ("g|exists", False, "x", YES),
    ("g|exists", True, "x", NO),
    ("g|exists|neq", True, "x", YES),
    ("f|cased", "Cmd", "Cmd", YES),
    ("f|cased", "Cmd", "cmd", NO),
    ("f|cased|contains", "Cmd", "a Cmd b", YES),
    ("f|contains|cased", "Cmd", "a cmd b", NO),
    ("f|contains|cased", "Cmd", "a Cmd b", YES),
    ("f|cased", "Đ*", "đào", NO),
    ("f|neq", "a", "b", YES),
    ("f|neq", "a", "A", NO),
    ("f|neq", "a*", "abc", NO),
    ("f|neq", ["a", "b"], "c", YES),
    ("f|neq", ["a", "b"], "b", NO),
    ("f|neq", 5, "6", YES),
    ("f|neq", 5, 5, NO),
    ("f|neq", "a", None, YES),
    ("f|neq", None, None, NO),
    ("f|neq", None, "x", YES),
    ("f|neq", [None, "a"], None, NO),
    ("f|neq", [None, "a"], "b", YES),
    ("f|contains|neq", "a", "xax", NO),
    ("f|neq|contains", "a", "xax", NO),
    ("f|neq|startswith", ["a", "b"], "bx", NO),
    ("f|neq|startswith", ["a", "b"], "xb", YES),
    ("f|neq", "a", ["b", "a"], NO),
]
DASHES: list[Case] = [
    *[("f|windash|contains", " -enc", f"pwsh {dash}enc x", YES) for dash in "-/–—―"],
    *[("f|contains|windash", f" {dash}a -b", "x /a —b", YES) for dash in "-/–—―"],
    ("f|windash|contains", " -enc", "pwsh +enc x", NO),
    ("f|windash|contains|all", ["-a", "/b"], "x –b /a", YES),
    ("f|windash", "―x", "/X", YES),
    ("f|windash", "a-b/c", "a—b–c", YES),
    ("f|windash|cased", "-A", "/a", NO),
    ("f|cased|windash", "-A", "―A", YES),
    ("f|windash|expand", "%dashed%", "–x", YES),
    ("f|windash|base64offset|contains", " -enc", in_base64(b" /enc", 1), YES),
    ("f|windash|base64offset|contains", " -enc", in_base64(" —enc".encode(), 2), YES),
    ("f|windash|endswith", "-?", "x /?", YES),
]
REGULAR: list[Case] = [
    ("f|re", "a.c", "xabcx", YES),
    ("f|re", "^a.c$", "xabc", NO),
    ("f|re", "ABC", "abc", NO),
    ("f|re", "[a-c]{2,3}(x|y)", "zabx", YES),
    ("f|re", "[^a-c]", "abc", NO),
    ("f|re", r"a\\*b", "a\\\\b", YES),
    ("f|re", r"\d+\.\w", "x12.y", YES),
    ("f|re", "^$", "", YES),
    ("f|re", "5", 456, YES),
    ("f|re", ["x", "y"], "y", YES),
    ("f|re|all", ["a", "b"], "ba", YES),
    ("f|re|all", ["a", "b"], "a", NO),
    ("f|re|neq", ["a", "b"], "xb", NO),
    ("f|re", "^b$", "a\nb\nc", NO),
    ("f|re", "a.b", "a\nb", NO),
    ("f|re", "a?ả", "Ả", NO),
    ("f|re|i", "ABC", "abc", YES),
    ("f|re|i", "^ĐÀO$", "đào", YES),
    ("f|re|ignorecase", "ABC", "abc", YES),
    ("f|re|m", "^b$", "a\nb\nc", YES),
    ("f|re|m", "^B$", "a\nb\nc", NO),
    ("f|re|multiline", "^b$", "a\nb\nc", YES),
    ("f|re|s", "a.b", "a\nb", YES),
    ("f|re|dotall|i", "A.B", "a\nb", YES),
    ("f|re|i|m|s", "^B.C$", "a\nb\nc", YES),
]
ENCODED: list[Case] = [
    ("f|base64", "http://", b64encode(b"http://").decode(), YES),
    ("f|base64|contains", "http://", "x aHR0cDovLw== y", YES),
    ("f|base64", "http://", "http://", NO),
    ("f|base64", r"a\*", b64encode(b"a*").decode(), YES),
    ("f|base64", 5, b64encode(b"5").decode(), YES),
    *[("f|base64offset|contains", "quản trị", in_base64("quản trị".encode(), n), YES) for n in range(3)],
    *[("f|base64offset|contains", "Đ", in_base64("Đ".encode(), n), YES) for n in range(3)],
    ("f|base64offset|contains", "quản trị", b64encode(b"something else entirely").decode(), NO),
    *[
        (f"f|{wide}|base64offset|contains", "tiếng", in_base64("tiếng".encode("utf-16-le"), n), YES)
        for n in range(3)
        for wide in ("wide", "utf16le")
    ],
    ("f|utf16le", "cmd", latin("cmd".encode("utf-16-le")), YES),
    ("f|utf16be|base64", "cmd", b64encode("cmd".encode("utf-16-be")).decode(), YES),
    ("f|utf16be", "Đ", "\x01\x10", YES),
    ("f|utf16|base64", "cmd", b64encode(b"\xff\xfe" + "cmd".encode("utf-16-le")).decode(), YES),
    ("f|utf16|base64", "cmd", b64encode(b"\xef\xbb\xbf" + "cmd".encode("utf-16-le")).decode(), NO),
    ("f|utf16|base64offset|contains", "trị", in_base64(b"\xff\xfe" + "trị".encode("utf-16-le"), 2), YES),
    ("f|utf16", "a", latin(b"\xff\xfea\x00"), YES),
    ("f|wide", "cmd", latin("cmd".encode("utf-16-le")), YES),
    ("f|wide|contains", "cmd", "x" + latin("cmd".encode("utf-16-le")) + "y", YES),
    ("f|wide|base64", "tiếng", b64encode("tiếng".encode("utf-16-le")).decode(), YES),
]
NUMBERS: list[Case] = [
    ("f|lt", 5, 4.9, YES),
    ("f|lt", 5, 5, NO),
    ("f|lt", [5, 3], 4, YES),
    ("f|lt|all", [5, 3], 4, NO),
    ("f|lt|neq", 5, 7, YES),
    ("f|lte", 5, "5", YES),
    ("f|lte", -1.5, "-1.5", YES),
    ("f|gt", 5, "5.5", YES),
    ("f|gt", 5, "five", NO),
    ("f|gt", 5, "0x10", NO),
    ("f|gte", -1, -1, YES),
    ("f|gte", 5, "5.0", YES),
    ("f|gt", 5, True, NO),
    ("f|gte", 5, None, NO),
    ("f|gt", 5, [1, 9], YES),
]
DATES: list[Case] = [
    ("f|minute", 30, "2025-03-01T08:30:00Z", YES),
    ("f|minute|lt", 1, "2025-03-01T08:00:59Z", YES),
    ("f|hour", 8, "2025-03-01 08:30:00+07:00", YES),
    ("f|hour", 1, "2025-03-01 08:30:00+07:00", NO),
    ("f|hour", [22, 23], "2025-03-01T23:30:00.1234567Z", YES),
    ("f|hour|gte", 22, "2025-03-01T21:59:59", NO),
    ("f|hour|gte", 21, "2025-03-01T21:59:59", YES),
    ("f|gte|hour", 21, "2025-03-01T21:59:59", YES),
    ("f|hour|neq", 5, "2025-01-01T05:00:00Z", NO),
    ("f|day", 1, "2025-03-01", YES),
    ("f|day|gt", 28, "2025-02-28", NO),
    ("f|week", 9, "2025-03-01T00:00:00", YES),
    ("f|week", 1, "2025-12-29", YES),
    ("f|month", 3, "2025-03-01T00:00:00", YES),
    ("f|month", [1, 2], "2025-03-01T00:00:00", NO),
    ("f|year|lt", 2025, "2025-03-01T00:00:00", NO),
    ("f|year", 2025, 1_740_787_200, YES),
    ("f|year", 2025, "no date", NO),
]
NETWORKS: list[Case] = [
    ("f|cidr", "10.0.0.0/8", "10.200.1.1", YES),
    ("f|cidr", "10.0.0.0/8", "11.0.0.1", NO),
    ("f|cidr", "192.168.1.5", "192.168.1.5", YES),
    ("f|cidr", ["192.168.0.0/16", "fe80::/10"], "fe80::1%eth0", YES),
    ("f|cidr", "2001:db8::/32", "2001:DB8:0::1", YES),
    ("f|cidr", "2001:db8::/33", "2001:db8:8000::1", NO),
    ("f|cidr", "0.0.0.0/0", "::1", NO),
    ("f|cidr", "10.0.0.0/8", "no address", NO),
    ("f|cidr|neq", "10.0.0.0/8", "10.0.0.1", NO),
    ("f|cidr|neq", ["10.0.0.0/8", "192.168.0.0/16"], "8.8.8.8", YES),
    ("f|cidr", "10.0.0.0/8", ["8.8.8.8", "10.0.0.1"], YES),
]
REFERENCES: list[Case] = [
    ("f|fieldref", "other", "VALUE", YES),
    ("f|fieldref|cased", "other", "VALUE", NO),
    ("f|fieldref", "missing", "x", NO),
    ("f|fieldref|neq", "missing", "x", YES),
    ("f|fieldref|neq", "other", "value", NO),
    ("f|fieldref|neq", "other", "x", YES),
    ("f|fieldref|contains", "other", "a VALUE b", YES),
    ("f|contains|fieldref", "other", "a VALUE b", YES),
    ("f|fieldref|neq|contains", "other", "a VALUE b", NO),
    ("f|fieldref|contains|neq", "other", "a b", YES),
    ("f|fieldref|startswith", "other", "value b", YES),
    ("f|fieldref|endswith", "other", "value b", NO),
    ("f|fieldref|endswith", "other", "b value", YES),
    ("f|fieldref|endswith|cased", "other", "b VALUE", NO),
    ("f|fieldref", ["missing", "other"], "value", YES),
    ("f|fieldref|all", ["missing", "other"], "value", NO),
    ("f|fieldref", "number", "5", YES),
]
EXPANDED: list[Case] = [
    ("f|expand", "%admins%", "ADM_x", YES),
    ("f|expand", "%admins%", "%admins%", NO),
    ("f|expand", "a%admins%b", "aNGAb", YES),
    ("f|expand", r"\%admins\%", "%admins%", YES),
    ("f|expand", r"100\% %admins%", "100% nga", YES),
    ("f|expand", "50% and 60%", "50% and 60%", YES),
    ("f|expand", ["x", "%admins%"], "nga", YES),
    ("f|contains|expand", "x%admins%", "..xnga..", YES),
    ("f|expand|contains", "%admins%", "..nga..", YES),
    ("f|contains|expand|all", ["%admins%", "z"], "z nga", YES),
    ("f|cased|expand", "%admins%", "NGA", NO),
    ("f|re|expand", "^%admins%$", "nga", YES),
    ("f|re|expand", "^%admins%$", "adm_1", YES),
    ("f|re|expand", "^%dotted%$", "axb", NO),
    ("f|re|expand", "^%dotted%$", "a.b", YES),
    ("f|re|expand", r"^\%dotted\%$", "%dotted%", YES),
    ("f|re|expand|i", "^%admins%$", "NGA", YES),
]
CASES = [
    *PLACES, *PRESENCE, *DASHES, *REGULAR, *ENCODED, *NUMBERS, *DATES, *NETWORKS, *REFERENCES, *EXPANDED
]  # fmt: skip
REFUSED = [
    ("f|sounds_like", "x", "unknown modifier 'sounds_like'"),
    ("f|CONTAINS", "x", "unknown modifier 'CONTAINS'"),
    ("f|", "x", "unknown modifier ''"),
    ("f|contains|all", "x", "needs a list of at least two"),
    ("f|contains|all", ["x"], "needs a list of at least two"),
    ("f|contains|exists", True, "exists must stand first"),
    ("f|exists|contains", True, "cannot follow exists"),
    ("f|exists", "true", "takes true or false"),
    ("f|exists", 1, "takes true or false"),
    ("f|contains|re", "x", "re must stand first"),
    ("f|i|re", "x", "re must stand first"),
    ("f|re", "(?=a)", "RE2"),
    ("f|re", r"(a)\1", "RE2"),
    ("f|re", "(", "RE2"),
    ("f|re", 5, "takes text"),
    ("f|re|cased", "x", "cannot follow regex"),
    ("f|re|windash", "-x", "cannot follow regex"),
    ("f|re|base64", "x", "cannot follow regex"),
    ("f|i", "x", "needs re before it"),
    ("f|s", "x", "needs re before it"),
    ("f|multiline", "x", "needs re before it"),
    ("f|base64", "a*b", "takes no wildcards"),
    ("f|base64offset|contains", "a?b", "takes no wildcards"),
    ("f|wide", "a*", "takes no wildcards"),
    ("f|utf16", "a*", "takes no wildcards"),
    ("f|lt", "5", "takes a number, without quotes"),
    ("f|lte", None, "takes a number"),
    ("f|gte", True, "takes a number"),
    ("f|gt|contains", 5, "cannot follow compare"),
    ("f|gt|lt", 5, "cannot follow compare"),
    ("f|hour", 24, "from 0 to 23"),
    ("f|hour", 1.5, "whole number"),
    ("f|minute", "5", "takes a number"),
    ("f|minute", 60, "from 0 to 59"),
    ("f|day", 0, "from 1 to 31"),
    ("f|week", 53, "from 1 to 52"),
    ("f|week", 0, "from 1 to 52"),
    ("f|month", 0, "from 1 to 12"),
    ("f|month", [1, 13], "from 1 to 12"),
    ("f|year", "2025", "takes a number"),
    ("f|contains|cidr", "10.0.0.0/8", "cidr must stand first"),
    ("f|cidr|contains", "10.0.0.0/8", "cannot follow cidr"),
    ("f|cidr", "10.0.0.1/8", "host bits set"),
    ("f|cidr", "2001:db8::1/32", "host bits set"),
    ("f|cidr", "10.0.0.0/33", "not a network"),
    ("f|cidr", "everything", "not a network"),
    ("f|cidr", 10, "takes a network"),
    ("f|fieldref", "a*", "takes no wildcards"),
    ("f|fieldref", 5, "takes the name of a field"),
    ("f|expand", "%nobody%", "no value is set for the placeholder %nobody%"),
    ("f|re|expand", "%nobody%", "no value is set for the placeholder %nobody%"),
    ("f|contains", None, "takes text"),
    ("f|contains", True, "takes text"),
    ("f|startswith", [None, "a"], "takes text"),
]


def rows(key: str) -> list[pytest.MarkDecorator]:
    """The rows of the table that a case belongs to: its modifiers."""
    return [
        pytest.mark.row(f"modifier {name}") for name in dict.fromkeys(key.split("|")[1:]) if name in MODIFIERS
    ]


@pytest.mark.parametrize(
    ("key", "written", "value", "expected"), [pytest.param(*case, marks=rows(case[0])) for case in CASES]
)
def test_a_modifier_matches_what_the_specification_says(
    key: str, written: Any, value: Any, expected: bool
) -> None:
    fields = {"f": value, "other": "value", "number": 5}
    assert matches({"s": {key: written}}, fields, **ADMINS) is expected


@pytest.mark.parametrize(
    ("key", "written", "reason"),
    [pytest.param(*case, marks=[*rows(case[0]), pytest.mark.row("modifiers refused")]) for case in REFUSED],
)
def test_what_the_specification_forbids_is_refused_with_the_reason(
    key: str, written: Any, reason: str
) -> None:
    assert reason in refusal({"s": {key: written}})


@pytest.mark.row("modifiers refused")
def test_an_error_has_its_line() -> None:
    text = "title: x\nlogsource: {product: test}\ndetection:\n  s:\n    a: 1\n    f|foo: x\n  condition: s\n"
    (problem,) = ruleset(text).errors
    assert problem.line == 6


@pytest.mark.row("placeholders")
def test_a_standard_placeholder_has_a_value_or_the_rule_is_listed() -> None:
    assert matches({"s": {"f|expand": "%Administrators%"}}, {"f": "administrator"})
    for name in ("JumpServers", "Workstations", "Servers", "DomainControllers"):
        loaded = ruleset(rule_text({"s": {"f|expand": f"%{name}%"}}))
        assert [problem.reason for problem in loaded.errors] == [
            f"no value is set for the placeholder %{name}%"
        ]
        assert ruleset(rule_text({"s": {"f|expand": f"%{name}%"}}), **{name: ["x"]}).rules


@pytest.mark.row("modifier base64offset")
@pytest.mark.row("modifier all")
def test_values_of_a_list_under_all_keep_their_own_variants_as_alternatives() -> None:
    encoded = [b64encode(b"x" + word).decode() for word in (b"first words", b"second words")]
    detection = {"s": {"f|base64offset|contains|all": ["first words", "second words"]}}
    assert matches(detection, {"f": " ".join(encoded)})
    assert not matches(detection, {"f": encoded[0]})


def test_events_are_made_with_ids_of_their_own() -> None:
    assert event({}).id != event({}).id
