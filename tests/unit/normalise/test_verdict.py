"""What a filter did."""

from typing import Any

import pytest

from keng.normalise.verdict import add_verdict, number, renamed


@pytest.mark.parametrize(
    ("action", "blocked"), [("Deny", True), ("reset-both", True), ("ACCEPT", False), ("hm", None), ("", None)]
)
def test_words_of_devices(action: str, blocked: bool | None) -> None:
    fields: dict[str, Any] = {"action": action}
    add_verdict(fields)
    assert fields.get("blocked") is blocked


def test_protocols_have_names() -> None:
    fields: dict[str, Any] = {"proto": "6"}
    add_verdict(fields)
    assert fields["proto"] == "tcp"


def test_renaming_takes_the_first_that_is_there() -> None:
    assert renamed({"a": "-", "b": 1, "c": 2}, (("a", "x"), ("b", "x"), ("c", "x"))) == {"x": 1}


def test_numbers() -> None:
    assert number("22") == 22 and number("x") == "x" and number("²") == "²" and number("9" * 30) == "9" * 30
