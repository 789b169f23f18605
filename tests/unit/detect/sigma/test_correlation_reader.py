"""Reading correlations (refusals and behaviour are in tests/conformance/sigma/test_correlations.py)."""

from tests.conformance.sigma.rules import rule_text, ruleset

from keng.detect.sigma.rule import Threshold

TEXT = (
    rule_text({"s": {"f": 1}}, name="a")
    + """---
title: many
name: many
correlation:
  type: value_count
  rules: [a]
  group-by: [user, host]
  timespan: 2h
  aliases: {user: {a: TargetUserName}}
  condition: {field: [ip, port], gt: 5, lte: 9}
  generate: true
level: critical
"""
)


def test_every_key_is_read() -> None:
    (found,) = ruleset(TEXT).correlations
    assert (found.kind, found.rules, found.group_by) == ("value_count", ("a",), ("user", "host"))
    assert found.timespan_us == 7_200_000_000
    assert found.conditions == (Threshold("gt", 5), Threshold("lte", 9))
    assert found.fields == ("ip", "port")
    assert found.aliases == {"user": {"a": "TargetUserName"}}
    assert found.generate
    assert found.info.correlation
    assert found.info.severity.level == "critical"


def test_a_temporal_correlation_without_condition_needs_all_rules() -> None:
    text = TEXT.replace("value_count", "temporal").replace(
        "  condition: {field: [ip, port], gt: 5, lte: 9}\n", ""
    )
    assert ruleset(text).correlations[0].conditions == (Threshold("gte", 1),)
