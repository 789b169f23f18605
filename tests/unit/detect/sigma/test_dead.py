"""Dead rules: conditions under missing fields, correlations over dead rules and missing groups."""

from typing import Any

import pytest
import yaml
from tests.conformance.sigma.rules import rule_text, ruleset

from keng.detect.sigma.dead import can_match, dead_rules
from keng.detect.sigma.rule import RuleSource

KNOWN = frozenset({"f", "g"})


@pytest.mark.parametrize(
    ("detection", "alive"),
    [
        ({"s": {"f": 1}}, True),
        ({"s": {"x": 1}}, False),
        ({"s": {"f": 1, "x|contains": "a"}}, False),
        ({"s": [{"x": 1}, {"f": 1}]}, True),
        ({"s": {"x": None}}, True),
        ({"s": {"x": [None, ""]}}, True),
        ({"s": {"x": ""}}, False),
        ({"s": {"x|exists": False}}, True),
        ({"s": {"x|exists": True}}, False),
        ({"s": {"x|neq": "a"}}, True),
        ({"s": {"x|neq": None}}, False),
        ({"s": {"f|fieldref": "x"}}, False),
        ({"s": {"f|fieldref|neq": "x"}}, True),
        ({"s": ["keyword"]}, True),
        ({"s": {"f": 1}, "n": {"x": 1}, "condition": "s and not n"}, True),
        ({"s": {"x": 1}, "n": {"f": 1}, "condition": "s and not n"}, False),
        ({"s": {"x": 1}, "n": {"f": 1}, "condition": "not s and n"}, True),
        ({"s": {"x": None}, "n": {"f": 1}, "condition": "n and not s"}, False),
        ({"a": {"f": 1}, "b": {"x": 1}, "c": {"g": 1}, "condition": "2 of them"}, True),
        ({"a": {"f": 1}, "b": {"x": 1}, "c": {"y": 1}, "condition": "2 of them"}, False),
        ({"a": {"f": 1}, "b": {"x": 1}, "condition": "1 of them"}, True),
        ({"a": {"f": 1}, "b": {"x": 1}, "condition": "all of them"}, False),
    ],
)
def test_a_rule_is_dead_if_it_cannot_be_true_without_what_is_missing(
    detection: dict[str, Any], alive: bool
) -> None:
    (rule,) = ruleset(rule_text(detection)).rules
    assert can_match(rule, KNOWN) is alive


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ({"type": "event_count", "rules": ["good"], "condition": {"gte": 2}}, ""),
        ({"type": "event_count", "rules": ["bad"], "condition": {"gte": 2}}, "bad"),
        ({"type": "temporal", "rules": ["good", "bad"], "condition": "good and bad"}, "bad"),
        ({"type": "temporal", "rules": ["good", "bad"], "condition": "good or bad"}, ""),
        ({"type": "temporal", "rules": ["good", "bad"], "condition": "good and not bad"}, ""),
        ({"type": "event_count", "rules": ["good", "bad"], "condition": {"gte": 2}}, ""),
        ({"type": "event_count", "rules": ["good"], "group-by": ["x"], "condition": {"gte": 2}}, "x"),
        ({"type": "event_count", "rules": ["good"], "group-by": ["who"], "aliases": {"who": {"good": "g"}}, "condition": {"gte": 2}}, ""),
        ({"type": "value_count", "rules": ["good"], "condition": {"field": "y", "gte": 2}}, "y"),
        ({"type": "temporal", "rules": ["good", "bad"]}, "bad"),
        ({"type": "temporal", "rules": ["good", "good2", "bad"], "condition": {"gte": 2}}, ""),
        ({"type": "temporal", "rules": ["good", "good2", "bad"], "condition": {"gt": 2}}, "bad"),
        ({"type": "event_count", "rules": ["elsewhere"], "group-by": ["x"], "condition": {"gte": 2}}, ""),
    ],
)  # fmt: skip
def test_a_correlation_is_dead_if_too_little_of_it_lives(body: dict[str, Any], missing: str) -> None:
    documents: list[dict[str, Any]] = [
        {
            "title": name, "name": name, "logsource": {"product": "far" if name == "elsewhere" else "near"},
            "detection": {"s": {"x" if name == "bad" else "f": 1}, "condition": "s"},
        }
        for name in ("good", "good2", "bad", "elsewhere")
    ]  # fmt: skip
    documents.append({"title": "c", "name": "c", "correlation": {"timespan": "1m", **body}})

    def fields_of(source: RuleSource) -> frozenset[str] | None:
        return KNOWN if source.product == "near" else None

    found = {
        problem.rule_id: problem for problem in dead_rules(ruleset(yaml.safe_dump_all(documents)), fields_of)
    }
    assert set(found) == {"bad"} | ({"c"} if missing else set())
    assert not any(problem.fatal for problem in found.values())
    assert found["bad"].line == 19
    if missing:
        assert found["c"].values["missing"] == missing
