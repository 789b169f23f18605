"""Patterns find at least what their matchers match; where they say exact, no more."""

from itertools import pairwise

import hyperscan
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keng.detect.sigma.anchors import Anchor
from keng.detect.sigma.predicate import ItemTest
from keng.detect.sigma.retro_pattern import EVERYTHING, of_anchor, of_matcher, of_regex
from keng.detect.sigma.rule import MANY, ONE, Boolean, Item, Matcher, Number, Regex, Text

FLAGS = (
    hyperscan.HS_FLAG_DOTALL
    | hyperscan.HS_FLAG_SINGLEMATCH
    | hyperscan.HS_FLAG_ALLOWEMPTY
    | hyperscan.HS_FLAG_UTF8
)


def found(pattern: str, text: str) -> bool:
    """As the event store's engine finds it."""
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=[pattern.encode()], ids=[0], flags=[FLAGS])
    hits: list[int] = []
    database.scan(text.encode(), match_event_handler=lambda number, *_rest: hits.append(number))
    return bool(hits)


def holds(matcher: Matcher, text: str) -> bool:
    return ItemTest(Item("f", ((matcher,),))).holds(text)


PARTS = st.lists(
    st.sampled_from(["ab", "A-b", "\\x", "đ", " ", "k.", MANY, ONE]), min_size=1, max_size=4
).filter(lambda parts: all(not (isinstance(a, str) and isinstance(b, str)) for a, b in pairwise(parts)))
TEXTS = st.text(st.sampled_from("abABk-–/\\x. đĐ"), max_size=8)


@given(PARTS, TEXTS, st.booleans(), st.booleans())
def test_a_pattern_finds_whatever_the_text_matcher_matches(
    parts: list[str | int], text: str, cased: bool, dash: bool
) -> None:
    if dash:
        parts = [
            part.replace("–", "-").replace("/", "-") if isinstance(part, str) else part for part in parts
        ]
    matcher = Text(tuple(parts), cased, dash)
    asked = of_matcher(matcher)
    if asked is None or not text:
        return
    hit, truth = found(asked.pattern, text), holds(matcher, text)
    assert hit or not truth
    if asked.exact:
        assert hit == truth


@pytest.mark.parametrize("pattern", [r"(?i)^c:\\(users|temp)\\[^\\]+\.exe$", r"\d{3,}\s-enc", r"a.c|^b$"])
@pytest.mark.parametrize("text", ["C:\\temp\\a.exe", "123 -enc", "abc", "b", "xb", "none", "a\nb"])
def test_regular_expressions_are_found_at_least(pattern: str, text: str) -> None:
    asked = of_regex(pattern)
    assert asked is not None
    assert found(asked.pattern, text) or not holds(Regex(pattern), text)


@pytest.mark.parametrize("pattern", [r"\pL+", "(?P<n>a)", "[[:alpha:]]", "đ+", r"\Aa\z"])
def test_expressions_on_which_the_engines_may_differ_are_not_asked(pattern: str) -> None:
    assert of_regex(pattern) is None


def test_letters_beyond_ascii_are_not_mistaken_for_their_relatives_k_and_s() -> None:
    asked = of_matcher(Text((MANY, "đ", MANY)))
    assert asked is not None and not asked.exact
    assert found(asked.pattern, "xđ") and not found(asked.pattern, "sk")


def test_anchors_are_lines() -> None:
    assert found(of_anchor(Anchor("f", "exact", "a.b")), "x\nA.B\ny")
    assert not found(of_anchor(Anchor("f", "starts", "b")), "ab")
    assert of_anchor(Anchor("f", "number", "5")) == EVERYTHING


def test_what_has_no_pattern_says_so() -> None:
    assert (
        of_matcher(Text((MANY,))) is None and of_matcher(Number(5)) is None and of_matcher(Text(())) is None
    )
    assert of_matcher(Boolean(True)) is not None
