"""Finished matchers."""

import pytest

from keng.detect.sigma.chain import Chain
from keng.detect.sigma.errors import RuleError
from keng.detect.sigma.finish import MAX_REGEX, check_regex, finish
from keng.detect.sigma.rule import MANY, Boolean, Null, Number, Text


def test_plain_values_become_what_they_look_like() -> None:
    chain = Chain([("a*", 1), (5, 1), (True, 1), (None, 1)], 1, {})
    assert finish(chain) == [[Text(("a", MANY))], [Number(5)], [Boolean(True)], [Null()]]


def test_keywords_are_looked_for_anywhere() -> None:
    chain = Chain([("a", 1), (5, 1)], 1, {})
    chain.keyword = True
    assert finish(chain) == [[Text((MANY, "a", MANY))], [Text((MANY, "5", MANY))]]


def test_expressions_are_bounded() -> None:
    with pytest.raises(RuleError, match="longer than"):
        check_regex("a" * (MAX_REGEX + 1), 1)
    with pytest.raises(RuleError, match="RE2"):
        check_regex("(a{1000}){1000}", 1)
