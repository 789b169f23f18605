"""The engine: order, batches, hostile input, bounded caches."""

import pytest
from tests.conformance.sigma.rules import SOURCE, event, rule_text, ruleset

from keng.detect.sigma import Engine
from keng.detect.sigma import engine as module
from keng.model.event import Event, LogSource

TWO = ruleset(
    rule_text({"s": {"f|contains": "a"}}, title="one") + "---\n" + rule_text({"s": ["b"]}, title="two")
)


def test_detections_come_in_the_order_of_events_and_of_rules() -> None:
    events = [event({"f": "ab"}), event({"g": "b"}), event({"f": "x"}), event({"f": "a"})]
    found = [(detection.event, detection.rule.title) for detection in Engine(TWO).match(events)]
    assert found == [(events[0], "one"), (events[0], "two"), (events[1], "two"), (events[3], "one")]


def test_an_empty_batch_and_an_empty_event_are_fine() -> None:
    assert Engine(TWO).match([]) == []
    assert Engine(TWO).match([event({})]) == []


@pytest.mark.parametrize(
    "value",
    ["\ud800a", "a" * 1_000_000, ["a", ["a", None]], {"k": "a"}, float("nan"), 10**400, "\x00a\x1b"],
)
def test_odd_values_do_no_harm(value: object) -> None:
    Engine(TWO).match([event({"f": value, "EventID": value, "g": 1})] * 2)


@pytest.mark.parametrize("limit", ["VALUE_BYTES", "SHAPE_BYTES"])
def test_caches_are_emptied_when_they_hold_too_much(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(module, limit, 8_000)
    engine = Engine(TWO)
    for start in range(20):
        batch = [event({"f": f"value a {start} {n}"}) for n in range(50)]
        assert len(engine.match(batch)) == 50
        assert len(engine.match(batch)) == 50
    assert (engine._values if limit == "VALUE_BYTES" else engine._shapes) < 30_000


def test_only_single_values_are_forgotten_when_they_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(TWO)
    batch = [event({"f": f"value a {n}"}) for n in range(50)]
    engine.match(batch)
    (plan,) = engine._plans.values()
    assert len(plan.caches[0]) > 50
    monkeypatch.setattr(module, "VALUE_BYTES", 0)
    assert len(engine.match(batch[:1])) == 1
    assert list(engine._plans.values()) == [plan]
    assert len(plan.caches[0]) == 2


def test_event_ids_without_end_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PLANS", 10)
    engine = Engine(TWO)
    engine.match([Event({"EventID": n, "f": "a"}, SOURCE) for n in range(100)])
    assert len(engine._plans) <= 10


def test_equal_log_sources_are_one_however_often_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_AT_HAND", 5)
    engine = Engine(TWO)
    made = [LogSource(SOURCE.product, SOURCE.service, tuple(SOURCE.categories)) for _ in range(20)]
    assert len(engine.match([event({"f": "a"}, source=each) for each in made])) == 20
    assert len(engine._plans) == 1
    assert len(engine._by_source) == 5


def test_numbers_that_are_equal_but_written_differently_are_kept_apart() -> None:
    engine = Engine(ruleset(rule_text({"s": {"f|contains": "00000000000000"}})))
    for _ in range(2):
        found = engine.match([event({"f": 1e16}), event({"f": 10**16})])
        assert [detection.matched["f"] for detection in found] == [10**16]


def test_rules_of_other_log_sources_are_not_looked_at() -> None:
    assert Engine(TWO).match([event({"f": "ab"}, source=LogSource("other"))]) == []


def test_a_rule_with_a_keyword_and_a_field_needs_both() -> None:
    rules = ruleset(rule_text({"s": {"f": "a"}, "k": ["word"], "condition": "s and k"}))
    engine = Engine(rules)
    for _ in range(5):
        found = engine.match([event({"f": "A", "g": "a Word"}), event({"f": "a"}), event({"g": "word"})])
        assert [detection.matched for detection in found] == [{"f": "A", "": ["a Word"]}]
