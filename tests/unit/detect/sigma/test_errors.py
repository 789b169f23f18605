"""Problems in both languages."""

from keng.detect.sigma.errors import RuleError, RuleProblem
from keng.i18n import using


def test_a_reason_is_filled_from_its_values_and_shown_in_the_reader_s_language() -> None:
    error = RuleError("unknown modifier {modifier!r}", 5, modifier="foo")
    assert error.reason == str(error) == "unknown modifier 'foo'"
    problem = RuleProblem("a.yml", 5, "x", error.template, values=error.values)
    assert problem.reason == "unknown modifier 'foo'"
    with using("vi"):
        assert problem.text() == "không có từ điều chỉnh 'foo'"
    with using("en"):
        assert problem.text() == problem.reason


def test_long_values_are_cut_and_braces_in_plain_reasons_stay() -> None:
    assert len(RuleError("{text}", text="x" * 10_000).reason) == 300
    assert RuleError("write {gte: 10}").reason == "write {gte: 10}"
