"""Text from logs in terminals and JSON."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from keng.scan.shown import shown, to_json


def test_control_characters_and_direction_overrides_are_spelled_out() -> None:
    assert shown("a\x1b[31mb\r\n\x07\x9b") == "a\\x1b[31mb\\x0d\\x0a\\x07\\x9b"
    assert shown("user\u202etxt.exe\u2066\u200b\ufeff") == "user\\u202etxt.exe\\u2066\\u200b\\ufeff"
    assert shown("Kẻng · 🔔") == "Kẻng · 🔔"


def test_long_text_is_cut() -> None:
    assert shown("abcdef", 4) == "abc…"


@given(st.text())
def test_nothing_shown_moves_the_cursor(text: str) -> None:
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in shown(text))


def test_what_json_cannot_hold_is_written_as_text() -> None:
    assert orjson.loads(to_json({"a": 1 << 80, "b": "\ud800", 5: {1, 2}.__class__.__name__})) == {
        "a": hex(1 << 80),
        "b": "\\ud800",
        "5": "set",
    }
    assert orjson.loads(to_json({"a": float("nan")})) == {"a": None}
