"""Linking: doubled ids, filters, references (behaviour is in tests/conformance/sigma)."""

import yaml
from tests.conformance.sigma.rules import rule_text, ruleset

CORRELATION = {"type": "event_count", "timespan": "1m", "condition": {"gte": 2}}


def test_correlations_stand_after_those_they_refer_to() -> None:
    documents = [
        {"title": "outer", "name": "outer", "correlation": {**CORRELATION, "rules": ["inner"]}},
        {"title": "inner", "name": "inner", "correlation": {**CORRELATION, "rules": ["a"]}},
    ]
    loaded = ruleset(yaml.safe_dump_all(documents) + "---\n" + rule_text({"s": {"f": 1}}, name="a"))
    assert [part.name for part in loaded.correlations] == ["inner", "outer"]


def test_a_circle_is_left_out_and_the_rest_stays() -> None:
    documents = [
        {"title": name, "name": name, "correlation": {**CORRELATION, "rules": [other]}}
        for name, other in (("x", "y"), ("y", "x"), ("good", "a"))
    ]
    loaded = ruleset(yaml.safe_dump_all(documents) + "---\n" + rule_text({"s": {"f": 1}}, name="a"))
    assert [part.name for part in loaded.correlations] == ["good"]
    assert len(loaded.errors) == 2


def test_a_filter_for_nothing_is_a_warning() -> None:
    document = {
        "title": "f", "logsource": {"product": "elsewhere"},
        "filter": {"rules": "any", "selection": {"f": 1}, "condition": "not selection"},
    }  # fmt: skip
    (problem,) = ruleset(rule_text({"s": {"f": 1}}) + "---\n" + yaml.safe_dump(document)).errors
    assert not problem.fatal
