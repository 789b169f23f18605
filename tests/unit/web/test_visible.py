"""Hostile characters are shown by name, markup stays text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keng.web.visible import as_text, plain, visible


@pytest.mark.parametrize(
    ("text", "name"),
    [("\x1b[31m", "ESC"), ("\x00", "NUL"), ("a\rb", "CR"), ("\u202e", "U+202E"), ("\u2066", "U+2066"),
     ("\u200b", "U+200B"), ("\ufeff", "U+FEFF"), ("\u2028", "U+2028"), ("\ud800", "U+D800"), ("\x85", "U+0085")],
)  # fmt: skip
def test_control_bidirectional_and_invisible_characters_are_shown_by_name(text: str, name: str) -> None:
    assert f'<span class="ctl">{name}</span>' in visible(text)
    assert f"<{name}>" in plain(text)


def test_markup_is_escaped() -> None:
    assert visible("<script>\u202e'\"") == '&lt;script&gt;<span class="ctl">U+202E</span>&#39;&#34;'


def test_vietnamese_in_either_normal_form_stays_as_it_is() -> None:
    for text in ("Sở Y tế Lâm Giang", "Sơ\u0309 Y tê\u0301"):
        assert visible(text) == text


def test_a_long_value_says_how_much_is_left_out() -> None:
    assert visible("a" * 30, 10) == 'aaaaaaaaaa <span class="ctl">… +20</span>'


@given(st.text())
def test_nothing_that_moves_text_is_left(text: str) -> None:
    shown = str(visible(text))
    assert not any(ord(char) < 32 and char not in "\n\t" for char in shown)
    assert not any(char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" for char in shown)


def test_values_of_every_kind_become_text() -> None:
    assert [as_text(v) for v in (None, True, 3, ["a", 1], b"\xff")] == ["", "true", "3", "a, 1", "\ufffd"]
