"""Rule keys, tags, files with several documents, and filters."""

from typing import Any
from uuid import UUID

import pytest
import yaml
from tests.conformance.sigma.rules import event, refusal, rule_text, ruleset

from keng.detect.sigma import Engine
from keng.model.severity import Severity

DETECTION = {"s": {"f": 1}}


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"title": ""}, "the title is missing"),
        ({"title": "x" * 257}, "longer than 256"),
        ({"id": "not-a-uuid"}, "is no UUID"),
        ({"status": "brilliant"}, "status must be one of"),
        ({"level": "severe"}, "level must be one of"),
        ({"date": "yesterday"}, "date must be a date"),
        ({"modified": "2025-13-01"}, "modified must be a date"),
        ({"tags": "attack.t1059"}, "tags must be a list"),
        ({"tags": ["Attack.T1059"]}, "not of the form"),
        ({"tags": ["attack"]}, "not of the form"),
        ({"references": "https://example.org"}, "references must be a list"),
        ({"falsepositives": {"a": 1}}, "falsepositives must be a list"),
        ({"fields": [{"a": 1}]}, "fields must be a list"),
        ({"author": ["a", "b"]}, "author must be text"),
        ({"related": [{"id": "x", "type": "derived"}]}, "is no UUID"),
        ({"related": [{"id": str(UUID(int=1)), "type": "friend"}]}, "related has an id and a type"),
        ({"logsource": None}, "the logsource is missing"),
        ({"detection": {"condition": "s"}}, "there is no selection"),
        ({"detection": {"s": {"f": 1}}}, "the condition is missing"),
        ({"detection": {"s": {"f": 1}, "condition": "s", "timeframe": "5m"}}, "write a correlation"),
    ],
)
def test_typed_keys_are_checked(keys: dict[str, Any], reason: str) -> None:
    document = {
        "title": "x",
        "logsource": {"product": "test"},
        "detection": {**DETECTION, "condition": "s"},
        **keys,
    }
    loaded = ruleset(yaml.safe_dump({key: value for key, value in document.items() if value is not None}))
    assert reason in "; ".join(problem.reason for problem in loaded.errors if problem.fatal)


def test_old_and_new_names_of_tactics_are_taken() -> None:
    tags = [
        "attack.defense-evasion",
        "attack.stealth",
        "attack.defense-impairment",
        "cve.2025-1",
        "tlp.amber",
    ]
    loaded = ruleset(rule_text(DETECTION, tags=tags))
    assert loaded.rules[0].info.tags == tuple(tags)
    assert not loaded.errors


def test_an_unknown_namespace_is_a_warning_and_unknown_keys_are_kept() -> None:
    loaded = ruleset(rule_text(DETECTION, tags=["house.rule"], simulation={"a": [1]}))
    (problem,) = loaded.errors
    assert not problem.fatal
    assert loaded.rules[0].extra == {"simulation": {"a": [1]}}


def test_own_texts_are_read_in_both_languages() -> None:
    texts = {"vi": {"title": "Tiêu đề", "advice": "Làm ngay"}, "en": {"advice": "Act"}}
    (rule,) = ruleset(rule_text(DETECTION, keng=texts, level="high")).rules
    assert rule.info.texts == texts
    assert rule.info.severity is Severity.HIGH


def test_one_bad_document_stops_nothing() -> None:
    good, bad = rule_text(DETECTION), rule_text({"s": {"f|no": 1}})
    loaded = ruleset("---\n".join([good, bad, rule_text(DETECTION, title="other")]))
    assert len(loaded.rules) == 2
    assert len(loaded.errors) == 1
    assert ruleset(f"{good}---\n{{broken").rules


def test_an_id_that_is_taken_is_listed() -> None:
    text = rule_text(DETECTION, id="0e95725d-7320-415d-80f7-004da920fc11")
    loaded = ruleset(f"{text}---\n{text}")
    assert len(loaded.rules) == 1
    assert "already taken" in loaded.errors[0].reason


def filtered(condition: str, rules: Any = "any", **source: str) -> list[int]:
    """Which of the users nga (1) and adm (2) a rule still matches under a filter."""
    document = {
        "title": "A filter",
        "logsource": source or {"product": "test"},
        "filter": {"rules": rules, "selection": {"user|startswith": "adm"}, "condition": condition},
    }
    loaded = ruleset(rule_text(DETECTION, name="mine") + "---\n" + yaml.safe_dump(document))
    assert not [problem for problem in loaded.errors if problem.fatal], loaded.errors
    found = Engine(loaded).match(
        [event({"f": 1, "user": "nga", "n": 1}), event({"f": 1, "user": "adm_x", "n": 2})]
    )
    return [detection.event.fields["n"] for detection in found]


def test_a_filter_is_added_to_its_rules() -> None:
    assert filtered("not selection") == [1]
    assert filtered("selection") == [2]
    assert filtered("not selection", ["mine"]) == [1]
    assert filtered("not selection", ["another"]) == [1, 2]
    assert filtered("not selection", "any", product="windows") == [1, 2]


def test_a_filter_with_a_positive_condition_gets_a_warning() -> None:
    document = {
        "title": "A filter", "logsource": {"product": "test"},
        "filter": {"rules": "any", "selection": {"user": "x"}, "condition": "selection"},
    }  # fmt: skip
    loaded = ruleset(rule_text(DETECTION) + "---\n" + yaml.safe_dump(document))
    assert ["positive" in problem.reason and not problem.fatal for problem in loaded.errors] == [True]


@pytest.mark.parametrize("rules", [None, [], "all", 5])
def test_a_filter_without_rules_is_refused(rules: Any) -> None:
    document = {
        "title": "A filter", "logsource": {"product": "test"},
        "filter": {"rules": rules, "selection": {"user": "x"}, "condition": "not selection"},
    }  # fmt: skip
    assert "a filter needs rules" in ruleset(yaml.safe_dump(document)).errors[0].reason


def test_a_rule_with_a_wrong_key_says_so_with_its_title() -> None:
    assert refusal(DETECTION, level="severe")
