"""Strings: escapes, wildcards, placeholders, dashes."""

import pytest

from keng.detect.sigma.errors import RuleError
from keng.detect.sigma.pattern import (
    DASH,
    Placeholder,
    dashed,
    literal_variants,
    parse_placeholders,
    parse_text,
    tidy,
    to_text,
)
from keng.detect.sigma.rule import MANY, ONE


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("", ()),
        ("a*b?", ("a", MANY, "b", ONE)),
        ("**", (MANY,)),
        (r"a\*b", ("a*b",)),
        (r"\\\*", (r"\*",)),
        (r"\\*", ("\\", MANY)),
        (r"\\\\x", (r"\\x",)),
        (r"\x\\y" + "\\", "\\x\\y\\"),
    ],
)
def test_text_is_read(written: str, parts: tuple[object, ...] | str) -> None:
    assert parse_text(written) == ((parts,) if isinstance(parts, str) else parts)


def test_placeholders_are_cut_out() -> None:
    assert parse_placeholders("a%b%c") == ("a", Placeholder("b"), "c")
    assert parse_placeholders(r"50\% %b") == ("50% %b",)
    assert parse_placeholders("%a b%") == ("%a b%",)


def test_dashes_expand_to_texts_only_when_they_must() -> None:
    parts = dashed(("-a/b",))
    assert parts == (DASH, "a", DASH, "b")
    assert len(literal_variants(parts, "base64", 1)) == 25
    assert to_text(parts, False, 1).parts == ("-a-b",)
    with pytest.raises(RuleError, match="more than"):
        literal_variants(dashed(("-" * 9,)), "base64", 1)


def test_literals_join_and_stars_collapse() -> None:
    assert tidy(("a", "", "b", MANY, MANY, ONE)) == ("ab", MANY, ONE)
