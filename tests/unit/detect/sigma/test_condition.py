"""Conditions: precedence and limits (the cases of the specification are in tests/conformance/sigma)."""

import pytest

from keng.detect.sigma.condition import parse_condition
from keng.detect.sigma.errors import RuleError
from keng.detect.sigma.rule import And, AtLeast, Not, Or, Ref

A, B, C = Ref("a"), Ref("b"), Ref("c")


def test_not_binds_before_and_before_or() -> None:
    assert parse_condition("a or not b and c", "abc") == Or((A, And((Not(B), C))))
    assert parse_condition("not(a or b)", "abc") == Not(Or((A, B)))


def test_a_selection_may_be_named_like_an_operator_in_capitals() -> None:
    assert parse_condition("AND and a", ["AND", "a"]) == And((Ref("AND"), A))


def test_quantifiers() -> None:
    assert parse_condition("2 of them", "abc") == AtLeast(2, (A, B, C))
    assert parse_condition("all of a*", ["ab", "ac", "b"]) == And((Ref("ab"), Ref("ac")))
    assert parse_condition("1 of *a*b", ["xaxb", "ab", "ba"]) == Or((Ref("xaxb"), Ref("ab")))


@pytest.mark.parametrize(
    "text", ["(" * 100 + "a" + ")" * 100, "a or " * 3000 + "a", "1 of", "1 of (a)", "all of"]
)
def test_what_is_too_deep_too_long_or_cut_is_refused(text: str) -> None:
    with pytest.raises(RuleError):
        parse_condition(text, "a")
