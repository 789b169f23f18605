"""Lines of pairs."""

import pytest

from keng.formats.key_value import fields_of


def subset(text: str, **expected: object) -> None:
    found = fields_of(text)
    assert found is not None
    assert {name: found.get(name) for name in expected} == expected


def test_quoted_and_plain_values() -> None:
    subset(
        'date=2024-05-01 time=12:00:00 msg="a \\"b\\" c=d" srcip=10.0.0.9',
        time="12:00:00",
        msg='a "b" c=d',
        srcip="10.0.0.9",
    )


def test_text_with_some_pairs_is_no_such_line() -> None:
    assert fields_of("user logged in a=1 b=2 c=3 d=4") is None
    assert fields_of("a=1 b=2") is None
    assert fields_of("https://x.example/?a=1&b=2&c=3&d=4") is None


@pytest.mark.parametrize(
    "text", ["", "hello", "a=" * 5000, "%" * 5000, "(" * 5000, "1," * 5000, "[" * 5000, '"' * 5000]
)
def test_other_text_is_none_of_ours(text: str) -> None:
    assert fields_of(text) is None
