"""A rule set."""

from tests.conformance.sigma.rules import rule_text, ruleset


def test_info_is_by_id_for_rules_and_correlations() -> None:
    text = rule_text({"s": {"f": 1}}, name="a") + (
        "---\ntitle: c\nname: b\ncorrelation: {type: event_count, rules: [a], timespan: 1m, condition: {gte: 2}}\n"
    )
    info = ruleset(text).info
    assert [(key, part.title, part.correlation) for key, part in info.items()] == [
        ("a", "A rule", False),
        ("b", "c", True),
    ]
