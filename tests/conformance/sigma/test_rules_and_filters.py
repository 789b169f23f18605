"""Rule keys, tags, files with several documents, and filters."""

from typing import Any
from uuid import UUID

import pytest
import yaml
from tests.conformance.sigma.rules import event, refusal, rule_text, ruleset

from keng.detect.sigma import Detector, Engine
from keng.model.severity import Severity

DETECTION = {"s": {"f": 1}}


@pytest.mark.row("rule keys")
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
        ({"tags": ["attack."]}, "not of the form"),
        ({"tags": [".t1059"]}, "not of the form"),
        ({"tags": ["attack.t1059 x"]}, "not of the form"),
        ({"tags": [5]}, "tags must be a list"),
        ({"title": 5}, "title must be text"),
        ({"level": "High"}, "level must be one of"),
        ({"status": 5}, "status must be text"),
        ({"date": "2025-02-30"}, "date must be a date"),
        ({"id": 5}, "id must be text"),
        ({"license": 5}, "license must be text"),
        ({"taxonomy": ["x"]}, "taxonomy must be text"),
        ({"scope": "server"}, "scope must be a list"),
        ({"name": 5}, "name must be text"),
        ({"description": ["x"]}, "description must be text"),
        ({"references": [5]}, "references must be a list"),
        ({"related": [str(UUID(int=1))]}, "related has an id and a type"),
        ({"detection": "x"}, "must be a map"),
        ({"correlation": {"type": "temporal"}}, "exactly one of"),
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


@pytest.mark.row("tags")
@pytest.mark.row("errors")
def test_a_wrong_tag_is_told_on_its_own_line() -> None:
    (problem,) = ruleset(rule_text(DETECTION, tags=["attack.t1059", "attack.t1003", "Wrong"])).errors
    assert (
        problem.line
        == rule_text(DETECTION, tags=["attack.t1059", "attack.t1003", "Wrong"]).split("\n").index("- Wrong")
        + 1
    )


@pytest.mark.row("tags")
def test_old_and_new_names_of_tactics_are_taken() -> None:
    tags = [
        "attack.defense-evasion",
        "attack.stealth",
        "attack.defense-impairment",
        "cve.2025-1",
        "tlp.amber",
        "car.2013-01-001",
        "d3fend.d3-am",
        "detection.emerging-threats",
        "stp.1k",
    ]
    loaded = ruleset(rule_text(DETECTION, tags=tags))
    assert loaded.rules[0].info.tags == tuple(tags)
    assert not loaded.errors


@pytest.mark.row("unknown keys")
@pytest.mark.row("tags")
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


@pytest.mark.row("errors")
@pytest.mark.row("several documents")
def test_one_bad_document_stops_nothing() -> None:
    good, bad = rule_text(DETECTION), rule_text({"s": {"f|no": 1}})
    loaded = ruleset("---\n".join([good, bad, rule_text(DETECTION, title="other")]))
    assert len(loaded.rules) == 2
    (problem,) = loaded.errors
    assert (problem.line, problem.path.endswith("rule.yml")) == (good.count("\n") + 2 + 5, True)
    assert ruleset(f"{good}---\n{{broken").rules


@pytest.mark.row("errors")
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


@pytest.mark.row("filter rules")
def test_a_filter_is_added_to_its_rules() -> None:
    assert filtered("not selection") == [1]
    assert filtered("selection") == [2]
    assert filtered("not selection", ["mine"]) == [1]
    assert filtered("not selection", ["another"]) == [1, 2]
    assert filtered("not selection", "any", product="windows") == [1, 2]


@pytest.mark.row("filter combination")
def test_filters_add_up_and_do_not_touch_correlations() -> None:
    rule = rule_text(DETECTION, name="mine")
    filters = [
        {
            "title": f"Filter {name}", "logsource": {"product": "test"},
            "filter": {"rules": ["mine", "found"], "s": {"user": name}, "condition": "not 1 of s*"},
        }
        for name in ("nga", "lan")
    ]  # fmt: skip
    correlation = {
        "title": "found", "name": "found",
        "correlation": {"type": "event_count", "rules": ["mine"], "timespan": "5m", "condition": {"gte": 2}},
    }  # fmt: skip
    loaded = ruleset(yaml.safe_dump_all([*yaml.safe_load_all(rule), *filters, correlation]))
    assert not loaded.errors
    detector = Detector(loaded)
    users = ("nga", "lan", "an", "binh")
    events = [event({"f": 1, "user": user}, time_us=n) for n, user in enumerate(users)]
    assert [d.event_ids for d in detector.feed(events) + detector.flush()] == [(events[2].id, events[3].id)]


@pytest.mark.row("filter rules")
def test_a_filter_names_rules_by_id_in_any_case() -> None:
    known = "0e95725d-7320-415d-80f7-004da920fc11"
    document = {
        "title": "A filter", "logsource": {"product": "test"},
        "filter": {"rules": [known.upper()], "s": {"user": "x"}, "condition": "not s"},
    }  # fmt: skip
    loaded = ruleset(rule_text(DETECTION, id=known) + "---\n" + yaml.safe_dump(document))
    assert not loaded.errors
    assert not Engine(loaded).match([event({"f": 1, "user": "x"})])


@pytest.mark.row("filter log source")
@pytest.mark.parametrize(
    ("source", "applies"),
    [
        ({"product": "test"}, True),
        ({"category": "DEMO"}, True),
        ({"product": "test", "category": "demo"}, True),
        ({"product": "test", "category": "demo", "service": "unit"}, False),
        ({"product": "test", "category": "other"}, False),
        ({"service": "unit"}, False),
    ],
)
def test_a_filter_applies_where_its_log_source_fits_the_rule(source: dict[str, str], applies: bool) -> None:
    document = {
        "title": "A filter", "logsource": source,
        "filter": {"rules": "any", "s": {"f": 1}, "condition": "not s"},
    }  # fmt: skip
    rule = rule_text(DETECTION, logsource={"product": "test", "category": "demo"})
    loaded = ruleset(rule + "---\n" + yaml.safe_dump(document))
    assert [problem.reason for problem in loaded.errors] == (
        [] if applies else ["the filter applies to no loaded rule"]
    )
    assert bool(Engine(loaded).match([event({"f": 1})])) is not applies


@pytest.mark.row("filter warning")
def test_a_negation_anywhere_is_no_positive_condition() -> None:
    assert filtered("not(selection)") == [1]
    assert filtered("not 1 of selection*") == [1]


@pytest.mark.row("filter warning")
def test_a_filter_with_a_positive_condition_gets_a_warning() -> None:
    document = {
        "title": "A filter", "logsource": {"product": "test"},
        "filter": {"rules": "any", "selection": {"user": "x"}, "condition": "selection"},
    }  # fmt: skip
    loaded = ruleset(rule_text(DETECTION) + "---\n" + yaml.safe_dump(document))
    assert ["positive" in problem.reason and not problem.fatal for problem in loaded.errors] == [True]


@pytest.mark.row("filter rules")
@pytest.mark.parametrize("rules", [None, [], "all", 5])
def test_a_filter_without_rules_is_refused(rules: Any) -> None:
    document = {
        "title": "A filter", "logsource": {"product": "test"},
        "filter": {"rules": rules, "selection": {"user": "x"}, "condition": "not selection"},
    }  # fmt: skip
    assert "a filter needs rules" in ruleset(yaml.safe_dump(document)).errors[0].reason


@pytest.mark.row("errors")
def test_a_rule_with_a_wrong_key_says_so_with_its_title() -> None:
    assert refusal(DETECTION, level="severe")
