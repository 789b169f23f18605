"""Squid."""

import pytest

from keng.formats.squid import fields_of


def subset(text: str, **expected: object) -> None:
    found = fields_of(text)
    assert found is not None
    assert {name: found.get(name) for name in expected} == expected


def test_a_line() -> None:
    subset(
        "1714539600.123 250 10.0.0.9 TCP_MISS/200 9 GET http://x/ - HIER_NONE/- -",
        status=200,
        elapsed=250,
        url="http://x/",
        user=None,
        result="TCP_MISS",
    )


@pytest.mark.parametrize(
    "text", ["", "hello", "a=" * 5000, "%" * 5000, "(" * 5000, "1," * 5000, "[" * 5000, '"' * 5000]
)
def test_other_text_is_none_of_ours(text: str) -> None:
    assert fields_of(text) is None
