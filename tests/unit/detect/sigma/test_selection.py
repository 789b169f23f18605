"""Selections as expressions (behaviour is in tests/conformance/sigma/test_detection.py)."""

from tests.conformance.sigma.rules import refusal, rule_text, ruleset

from keng.detect.sigma.rule import And, Item, Or


def test_maps_lists_and_mixtures() -> None:
    (rule,) = ruleset(
        rule_text(
            {
                "m": {"a": 1, "b": 2},
                "l": [{"a": 1}, {"b": 2}],
                "x": ["k", {"a": 1}],
                "condition": "m or l or x",
            }
        )
    ).rules
    assert isinstance(rule.selections["m"], And)
    assert isinstance(rule.selections["l"], Or)
    mixed = rule.selections["x"]
    assert isinstance(mixed, Or)
    assert [isinstance(part, Item) and part.field for part in mixed.args] == ["", "a"]


def test_a_selection_that_nothing_uses_is_read_all_the_same() -> None:
    assert "unknown modifier" in refusal({"s": {"f": 1}, "unused": {"f|no": 1}, "condition": "s"})
