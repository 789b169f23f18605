"""A document is a rule, a correlation or a filter, and only one of them."""

import pytest
from tests.conformance.sigma.rules import ruleset


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- a\n- b\n", "a rule is a map"),
        ("title: x\n", "exactly one of detection"),
        ("title: x\ndetection: {}\ncorrelation: {}\n", "exactly one of detection"),
        ("title: x\ndetection: [a]\n", "detection must be a map"),
    ],
)
def test_what_is_none_of_them_is_refused(text: str, reason: str) -> None:
    (problem,) = ruleset(text).errors
    assert reason in problem.reason
    assert problem.line >= 1
