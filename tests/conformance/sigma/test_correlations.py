"""Correlations: the seven types, ranges, sliding and closed windows, aliases, chains, generate, state."""

import random
from typing import Any

import pytest
import yaml
from tests.conformance.sigma.rules import ruleset

from keng.detect.sigma import Detector, RuleSet
from keng.model.detection import Detection
from keng.model.event import Event, LogSource

SOURCE = LogSource("test")
MINUTE = 60_000_000


def base(name: str) -> dict[str, Any]:
    """A plain rule that matches events with `kind: name`."""
    return {
        "title": name,
        "name": name,
        "logsource": {"product": "test"},
        "detection": {"s": {"kind": name}, "condition": "s"},
    }


def correlated(kind: str, rules: list[str], condition: Any = None, **keys: Any) -> RuleSet:
    """Plain rules and one correlation over them."""
    body: dict[str, Any] = {"type": kind, "rules": rules, "group-by": ["user"], "timespan": "5m", **keys}
    if condition is not None:
        body["condition"] = condition
    documents = [
        *(base(name) for name in dict.fromkeys(rules)),
        {"title": "found", "name": "found", "correlation": body},
    ]
    loaded = ruleset(yaml.safe_dump_all(documents))
    assert not loaded.errors, loaded.errors
    return loaded


def at(minute: float, kind: str, user: str | None = "nga", **fields: Any) -> Event:
    """An event at a minute; its id tells when and what."""
    values = {"kind": kind, **({"user": user} if user else {}), **fields}
    return Event(values, SOURCE, time_us=int(minute * MINUTE), id=f"{minute}-{kind}-{user}-{fields}")


def run(loaded: RuleSet, events: list[Event], lateness_us: int = 0) -> list[Detection]:
    """Detections of events one by one, to the end of the input."""
    detector = Detector(loaded, lateness_us)
    out = [detection for event in events for detection in detector.feed([event])]
    return out + detector.flush()


def titles(detections: list[Detection]) -> list[str]:
    return [detection.rule.title for detection in detections]


def test_event_count_tells_once_the_count_is_reached_in_a_sliding_window() -> None:
    loaded = correlated("event_count", ["a"], {"gte": 3})
    (found,) = run(loaded, [at(0, "a"), at(4, "a"), at(8, "a"), at(9, "a"), at(9.5, "a")])
    assert found.event.time_us == 9 * MINUTE
    assert found.event_ids == ("4-a-nga-{}", "8-a-nga-{}", "9-a-nga-{}")
    assert found.group == {"user": "nga"}
    assert found.matched["event_count"] == 3


def test_groups_are_counted_apart_and_an_event_without_the_field_counts_nowhere() -> None:
    loaded = correlated("event_count", ["a"], {"gte": 2})
    assert not run(loaded, [at(0, "a", "nga"), at(1, "a", "lan"), at(2, "a", None), at(3, "a", None)])
    assert titles(run(loaded, [at(0, "a", "nga"), at(1, "a", "NGA")])) == ["found"]


def test_an_attack_that_goes_on_is_told_again_after_each_timespan() -> None:
    loaded = correlated("event_count", ["a"], {"gt": 2})
    found = run(loaded, [at(second / 10, "a") for second in range(120)])
    assert [detection.event.time_us // MINUTE for detection in found] == [0, 5, 10]


@pytest.mark.parametrize(
    ("condition", "count", "expected"),
    [
        ({"gt": 2}, 3, True),
        ({"gt": 2}, 2, False),
        ({"lt": 3}, 2, True),
        ({"lt": 3}, 3, False),
        ({"lte": 3}, 3, True),
        ({"lte": 3}, 4, False),
        ({"eq": 3}, 3, True),
        ({"eq": 3}, 4, False),
        ({"neq": 3}, 4, True),
        ({"neq": 3}, 3, False),
        ({"gt": 2, "lte": 4}, 4, True),
        ({"gt": 2, "lte": 4}, 5, False),
        ({"gte": 2, "lt": 3}, 1, False),
    ],
)
def test_conditions_and_ranges(condition: dict[str, int], count: int, expected: bool) -> None:
    loaded = correlated("event_count", ["a"], condition)
    assert bool(run(loaded, [at(n / 10, "a") for n in range(count)])) is expected


def test_a_closed_window_is_told_when_its_time_is_over() -> None:
    loaded = correlated("event_count", ["a", "b"], {"eq": 2})
    detector = Detector(loaded, 0)
    assert not detector.feed([at(0, "a"), at(1, "b")])
    assert titles(detector.feed([at(6, "x")])) == ["found"]
    assert not detector.flush()


def test_value_count_counts_distinct_values_without_case() -> None:
    loaded = correlated("value_count", ["a"], {"field": "target", "gte": 3})
    assert not run(loaded, [at(n / 10, "a", target=t) for n, t in enumerate(["x", "X", "y", "y"])])
    assert titles(run(loaded, [at(n / 10, "a", target=t) for n, t in enumerate(["x", "y", "y", "z"])])) == [
        "found"
    ]


def test_value_count_over_several_fields_counts_their_combinations() -> None:
    loaded = correlated("value_count", ["a"], {"field": ["host", "port"], "gte": 3})
    pairs = [("h", 1), ("h", 2), ("g", 1)]
    assert run(loaded, [at(n / 10, "a", host=h, port=p) for n, (h, p) in enumerate(pairs)])
    assert not run(
        loaded, [at(n / 10, "a", host=h, port=p) for n, (h, p) in enumerate([*pairs[:2], pairs[0]])]
    )


def test_value_sum() -> None:
    loaded = correlated("value_sum", ["a"], {"field": "bytes", "gt": 100})
    assert not run(loaded, [at(0, "a", bytes=60), at(1, "a", bytes="40"), at(7, "a", bytes=60)])
    assert run(loaded, [at(0, "a", bytes=60), at(1, "a", bytes="40.5")])[0].matched["value_sum"] == 100.5


def test_value_avg_and_percentile_look_at_the_whole_window() -> None:
    average = correlated("value_avg", ["a"], {"field": "n", "gt": 10})
    assert not run(average, [at(0, "a", n=20), at(1, "a", n=0), at(2, "a", n=4)])
    assert run(average, [at(0, "a", n=0), at(1, "a", n=30)])
    percentile = correlated("value_percentile", ["a"], {"field": "n", "percentile": 90, "gte": 9})
    assert run(percentile, [at(n / 10, "a", n=n) for n in range(11)])
    assert not run(percentile, [at(n / 10, "a", n=min(n, 8)) for n in range(11)])


def test_temporal_needs_all_rules_in_any_order() -> None:
    loaded = correlated("temporal", ["a", "b", "c"])
    assert titles(run(loaded, [at(0, "c"), at(1, "a"), at(2, "b")])) == ["found"]
    assert not run(loaded, [at(0, "c"), at(1, "a"), at(6, "b")])
    assert not run(loaded, [at(0, "c"), at(1, "a"), at(2, "b", "lan")])


def test_temporal_with_a_number_needs_so_many_different_rules() -> None:
    loaded = correlated("temporal", ["a", "b", "c"], {"gte": 2})
    assert run(loaded, [at(0, "c"), at(1, "a")])
    assert not run(loaded, [at(0, "c"), at(1, "c")])


def test_temporal_ordered_needs_the_order_of_the_rule() -> None:
    loaded = correlated("temporal_ordered", ["a", "b", "c"])
    assert run(loaded, [at(0, "a"), at(1, "b"), at(1.5, "b"), at(2, "c")])
    assert not run(loaded, [at(0, "b"), at(1, "a"), at(2, "c")])
    assert run(loaded, [at(0, "a"), at(0, "c"), at(0, "b")]), "events of one instant fit any order"


def test_aliases_name_the_field_of_each_rule() -> None:
    aliases = {"ip": {"a": "src", "b": "dst"}}
    loaded = correlated("temporal", ["a", "b"], **{"group-by": ["ip"], "aliases": aliases})
    (found,) = run(loaded, [at(0, "a", src="1.1.1.1"), at(1, "b", dst="1.1.1.1")])
    assert found.group == {"ip": "1.1.1.1"}
    assert not run(loaded, [at(0, "a", src="1.1.1.1"), at(1, "b", src="1.1.1.1", dst="2.2.2.2")])


def test_correlations_chain_each_with_its_own_group() -> None:
    documents = [
        base("fail"),
        base("ok"),
        {
            "title": "many",
            "name": "many",
            "correlation": {
                "type": "event_count", "rules": ["fail"], "group-by": ["user", "host"], "timespan": "1m",
                "condition": {"gte": 2},
            },
        },
        {
            "title": "then",
            "correlation": {
                "type": "temporal_ordered", "rules": ["many", "ok"], "group-by": ["user"], "timespan": "5m",
            },
        },
    ]  # fmt: skip
    loaded = ruleset(yaml.safe_dump_all(documents))
    events = [at(0, "fail", host="h"), at(0.1, "fail", host="h"), at(2, "ok", host="other")]
    (found,) = run(loaded, events)
    assert found.rule.title == "then"
    assert found.event_ids == tuple(event.id for event in events)
    assert not run(loaded, [at(0, "fail", host="h"), at(0.1, "fail", host="g"), at(2, "ok")])


@pytest.mark.parametrize(("generate", "expected"), [(False, ["found"]), (True, ["a", "a", "found"])])
def test_referenced_rules_alert_by_themselves_only_with_generate(generate: bool, expected: list[str]) -> None:
    loaded = correlated("event_count", ["a"], {"gte": 2}, generate=generate)
    assert titles(run(loaded, [at(0, "a"), at(1, "a")])) == expected


STREAM = [
    *[at(n / 7, "a", "nga", target=str(n)) for n in range(60)],
    *[at(n / 3, "b", "lan", target=str(n % 4)) for n in range(40)],
    *[at(n, "a", "lan", target="x") for n in range(12)],
]


def everything() -> RuleSet:
    """Several kinds over the same rules."""
    bodies: list[dict[str, Any]] = [
        {"type": "event_count", "rules": ["a"], "condition": {"gte": 5}},
        {"type": "event_count", "rules": ["b"], "condition": {"gte": 2, "lt": 9}},
        {"type": "value_count", "rules": ["b"], "condition": {"field": "target", "gte": 4}},
        {"type": "temporal_ordered", "rules": ["a", "b"]},
        {"type": "value_avg", "rules": ["a"], "condition": {"field": "target", "gt": 3}},
    ]
    documents = [base("a"), base("b")] + [
        {"title": f"c{n}", "correlation": {"group-by": ["user"], "timespan": "1m", **body}}
        for n, body in enumerate(bodies)
    ]
    return ruleset(yaml.safe_dump_all(documents))


def told(detections: list[Detection]) -> list[tuple[Any, ...]]:
    return sorted(
        (d.rule.title, d.event.id, d.event_ids, str(d.group)) for d in detections if d.rule.correlation
    )


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_doubled_and_interrupted_input_gives_the_same_alerts(seed: int) -> None:
    loaded = everything()
    expected = told(run(loaded, sorted(STREAM, key=lambda event: event.time_us), lateness_us=30 * MINUTE))
    assert len(expected) > 10
    chance = random.Random(seed)
    events = STREAM + chance.sample(STREAM, 30)
    chance.shuffle(events)
    detector, out = Detector(loaded, 30 * MINUTE), []
    while events:
        size = chance.randrange(1, 20)
        out += detector.feed(events[:size])
        del events[:size]
        if chance.random() < 0.5:
            state = detector.save()
            detector = Detector(loaded, 30 * MINUTE)
            detector.restore(state)
    assert told(out + detector.flush()) == expected


def test_time_may_pass_without_events() -> None:
    loaded = correlated("event_count", ["a"], {"gte": 2})
    detector = Detector(loaded, 1_000_000)
    assert not detector.feed([at(1, "a"), at(1.001, "a")])
    assert titles(detector.tick(2 * MINUTE)) == ["found"]


def test_a_clock_in_the_future_does_not_blind_the_others() -> None:
    loaded = correlated("event_count", ["a"], {"gte": 2})
    detector = Detector(loaded, 0)
    wrong = at(10_000_000, "a", "lan")
    wrong.received_us = 1 * MINUTE
    later = [at(1.1, "a"), at(1.2, "a")]
    out = detector.feed([wrong])
    for event in later:
        event.received_us = event.time_us
        out += detector.feed([event])
    assert titles(out) == ["found"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"type": "value_median"}, "the type of a correlation is one of"),
        ({"rules": []}, "needs rules"),
        ({"timespan": "5 minutes"}, "timespan is a number and one of s, m, h, d"),
        ({"timespan": "0s"}, "timespan must be between"),
        ({"condition": None}, "needs a condition"),
        ({"condition": {"gte": "5"}}, "without quotes"),
        ({"condition": {"more": 5}}, "unknown key 'more'"),
        ({"condition": {"gte": 5, "field": "x"}}, "takes no field"),
        ({"type": "value_count"}, "needs a field"),
        ({"rules": ["nowhere"]}, "refers to 'nowhere', which is not loaded"),
        ({"rules": ["found"]}, "in a circle"),
        ({"generate": "yes please"}, "generate is true or false"),
    ],
)
def test_a_wrong_correlation_is_refused_with_the_reason(body: dict[str, Any], reason: str) -> None:
    whole = {"type": "event_count", "rules": ["a"], "timespan": "5m", "condition": {"gte": 2}, **body}
    whole = {key: value for key, value in whole.items() if value is not None}
    loaded = ruleset(
        yaml.safe_dump_all([base("a"), {"title": "found", "name": "found", "correlation": whole}])
    )
    assert len(loaded.rules) == 1
    assert reason in "; ".join(problem.reason for problem in loaded.errors)


def test_a_saved_state_that_is_none_is_refused() -> None:
    detector = Detector(everything())
    with pytest.raises(ValueError, match="saved detector state"):
        detector.restore(b"nonsense")
