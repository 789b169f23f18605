"""The pass over many expressions is never tighter than RE2."""

from functools import cache

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from keng.detect.sigma.regex_scan import RegexScan, can_prefilter, names_controls

PATTERNS = (
    "a.b", "^a", "b$", "(?i)AB+", r"\bab\b", "[^a-c]{2}", "(a|b)c?d", r"\S+\s\S", "(?m)^b", "(?s)a.b", "a*", r"\w\W",
    r"[[:digit:]]+", r"^\s*$", r"[^[:alpha:]]", r"[^\x00-\x1f]b", r"a[^\t-\r]", r"\pL", r"a\W{2}", r"^.{3}$", r"[^ -~]a",
    r"\D\S", r"(?i)[^k]s", r"\\x", r"a\b.", r"\xe9", r"\?",
)  # fmt: skip


@cache
def every_pattern() -> RegexScan:
    return RegexScan({pattern: frozenset({number}) for number, pattern in enumerate(PATTERNS)})


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet="abcAB 1\n\r\t\v\u212aßảKsſ\x01\\?🚒\ud800", max_size=8))
def test_whatever_re2_finds_is_a_hit(text: str) -> None:
    scan = every_pattern()
    data = text.encode("utf-8", "replace")  # as the exact test is given it
    expected = {number for number, pattern in enumerate(PATTERNS) if re2.search(pattern.encode(), data)}
    assert expected <= scan.scan(text)


def test_a_text_in_vietnamese_is_no_hit_for_every_expression() -> None:
    rules = {r"cmd.{0,5}(?:/c|/r)": frozenset({1}), r"C:\\xyz": frozenset({2}), r"[^\x00]": frozenset({3})}
    scan = RegexScan(rules)
    assert scan.scan("mở tệp quan trọng") == {3}
    assert scan.scan("cmd ổ /c") == {1, 3}
    assert [names_controls(pattern) for pattern in rules] == [False, False, True]


@pytest.mark.parametrize("pattern", ["kẻng", "(unclosed", r"[^\v]b"])
def test_what_hyperscan_cannot_take_is_no_anchor(pattern: str) -> None:
    assert not can_prefilter(pattern)


def test_a_database_is_taken_up_from_its_bytes() -> None:
    rules = {"ab+c": frozenset({1}), "x": frozenset({2})}
    assert RegexScan(rules, RegexScan(rules).dump()).scan("zabbc") == {1}
    assert RegexScan(rules, b"damaged").scan("x") == {2}
