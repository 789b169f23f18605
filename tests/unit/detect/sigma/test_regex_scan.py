"""The pass over many expressions is never tighter than RE2."""

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from keng.detect.sigma.regex_scan import RegexScan, can_prefilter

PATTERNS = (
    "a.b", "^a", "b$", "(?i)AB+", r"\bab\b", "[^a-c]{2}", "(a|b)c?d", r"\S+\s\S", "(?m)^b", "(?s)a.b", "a*", r"\w\W",
    r"[[:digit:]]+", r"^\s*$",
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet="abcAB 1\n\r\t\v\u212aß", max_size=8))
def test_whatever_re2_finds_is_a_hit(text: str) -> None:
    scan = RegexScan({pattern: frozenset({number}) for number, pattern in enumerate(PATTERNS)})
    expected = {number for number, pattern in enumerate(PATTERNS) if re2.search(pattern, text)}
    assert expected <= scan.scan(text)


@pytest.mark.parametrize("pattern", ["kẻng", "(unclosed"])
def test_what_hyperscan_cannot_take_is_no_anchor(pattern: str) -> None:
    assert not can_prefilter(pattern)


def test_a_database_is_taken_up_from_its_bytes() -> None:
    rules = {"ab+c": frozenset({1}), "x": frozenset({2})}
    assert RegexScan(rules, RegexScan(rules).dump()).scan("zabbc") == {1}
    assert RegexScan(rules, b"damaged").scan("x") == {2}
