"""A stored text may have been several values: all of them are named, or none is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keng.detect.sigma.retro_texts import needs_of, originals
from keng.detect.sigma.scan import FieldScan
from keng.store.text import text_of

SCAN = FieldScan(
    {
        ("exact", "abc"): {1},
        ("starts", "x"): {2},
        ("number", "5"): {3},
        ("exact", "true"): {4},
        ("exact", ""): {5},
    }
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 9),
    st.floats(width=16),
    st.sampled_from(["abc", "x", "5", "true", "", "a\nabc"]),
)
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=3))


@given(VALUES)
def test_nothing_that_a_value_meets_is_missed_in_its_text(value: Any) -> None:
    assert SCAN.scan(value) <= needs_of(SCAN, text_of(value))


@given(VALUES)
def test_every_named_original_has_this_text_and_plain_values_are_among_them(value: Any) -> None:
    text = text_of(value)
    named = originals(text)
    if named is None:
        return
    assert all(text_of(one) in (text, "\n") for one in named)
    if not isinstance(value, list) and value == value:
        assert any(type(one) is type(value) and one == value for one in named)


@pytest.mark.parametrize("text", ['{"a": 1}', "a\n5", "a\n", "\\udcff"])
def test_what_cannot_be_named_is_open(text: str) -> None:
    assert originals(text) is None
