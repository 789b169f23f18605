import pytest

from keng.store.text import decode, encode, text_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (4624, "4624"),
        (1.5, "1.5"),
        (True, "true"),
        (False, "false"),
        (None, ""),
        (["a", 1, None], "a\n1\n"),
        (("x",), "x"),
        ({"a": [1]}, '{"a":[1]}'),
        ([{"a": 1}], '{"a":1}'),
    ],
)
def test_values_have_a_plain_text(value: object, text: str) -> None:
    assert text_of(value) == text


def test_undecodable_bytes_are_kept_and_shown_as_numbers() -> None:
    text = b"caf\xe9".decode("utf-8", "surrogateescape")
    assert encode(text) == b"caf\xe9"
    assert decode(encode(text)) == "caf\\xe9"


def test_other_surrogates_become_visible_text() -> None:
    assert encode("a\ud800") == b"a\\ud800"
