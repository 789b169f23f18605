"""A chain of modifiers: values as text, and what refuses to be."""

import pytest

from keng.detect.sigma.chain import Chain, as_text
from keng.detect.sigma.errors import RuleError


def test_numbers_are_texts_and_null_and_truth_are_not() -> None:
    assert as_text(5, "contains", 1) == "5"
    for value in (None, True):
        with pytest.raises(RuleError, match="contains takes text"):
            as_text(value, "contains", 7)


def test_text_modifiers_do_not_follow_an_expression() -> None:
    chain = Chain([("a", 1)], 1, {})
    chain.kind = "regex"
    with pytest.raises(RuleError, match="cannot follow regex"):
        chain.open_texts("windash")
