"""Patterns find at least what their keywords find."""

import hyperscan
from hypothesis import given
from hypothesis import strategies as st

from keng.detect.sigma.anchors import Anchor
from keng.detect.sigma.retro_pattern import EVERYTHING, of_anchor

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


@given(
    st.text(st.sampled_from("abK-\\. đ"), min_size=1, max_size=4),
    st.text(st.sampled_from("abABk-\\. đĐ"), max_size=9),
)
def test_a_pattern_finds_whatever_the_keyword_finds(literal: str, text: str) -> None:
    pattern = of_anchor(Anchor("", "contains", literal.casefold()))
    assert pattern == EVERYTHING or found(pattern, text) or literal.casefold() not in text.casefold()


def test_letters_beyond_ascii_are_not_mistaken_for_their_relatives_k_and_s() -> None:
    pattern = of_anchor(Anchor("", "contains", "đ"))
    assert found(pattern, "xđ") and not found(pattern, "sk")


def test_what_has_no_pattern_says_so() -> None:
    assert of_anchor(Anchor("f", "number", "5")) == EVERYTHING
