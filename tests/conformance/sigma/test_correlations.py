"""Correlations: the seven types, ranges, sliding and closed windows, aliases, chains, generate, state."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.conformance.sigma.rules import ruleset

from keng.detect.sigma import Detector, RuleSet, load_rules
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


@pytest.mark.row("timespan")
@pytest.mark.row("event_count")
def test_event_count_tells_once_the_count_is_reached_in_a_sliding_window() -> None:
    loaded = correlated("event_count", ["a"], {"gte": 3})
    (found,) = run(loaded, [at(0, "a"), at(4, "a"), at(8, "a"), at(9, "a"), at(9.5, "a")])
    assert found.event.time_us == 9 * MINUTE
    assert found.event_ids == ("4-a-nga-{}", "8-a-nga-{}", "9-a-nga-{}")
    assert found.group == {"user": "nga"}
    assert found.matched["event_count"] == 3


@pytest.mark.row("group-by")
def test_groups_are_counted_apart_and_an_event_without_the_field_counts_nowhere() -> None:
    loaded = correlated("event_count", ["a"], {"gte": 2})
    assert not run(loaded, [at(0, "a", "nga"), at(1, "a", "lan"), at(2, "a", None), at(3, "a", None)])
    assert titles(run(loaded, [at(0, "a", "nga"), at(1, "a", "NGA")])) == ["found"]


@pytest.mark.row("timespan")
def test_an_attack_that_goes_on_is_told_again_after_each_timespan() -> None:
    loaded = correlated("event_count", ["a"], {"gt": 2})
    found = run(loaded, [at(second / 10, "a") for second in range(120)])
    assert [detection.event.time_us // MINUTE for detection in found] == [0, 5, 10]


@pytest.mark.row("correlation conditions")
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


@pytest.mark.row("timespan")
def test_a_closed_window_is_told_when_its_time_is_over() -> None:
    loaded = correlated("event_count", ["a", "b"], {"eq": 2})
    detector = Detector(loaded, 0)
    assert not detector.feed([at(0, "a"), at(1, "b")])
    assert titles(detector.feed([at(6, "x")])) == ["found"]
    assert not detector.flush()


@pytest.mark.row("value_count")
def test_value_count_counts_distinct_values_without_case() -> None:
    loaded = correlated("value_count", ["a"], {"field": "target", "gte": 3})
    assert not run(loaded, [at(n / 10, "a", target=t) for n, t in enumerate(["x", "X", "y", "y"])])
    assert titles(run(loaded, [at(n / 10, "a", target=t) for n, t in enumerate(["x", "y", "y", "z"])])) == [
        "found"
    ]


@pytest.mark.row("value_count")
def test_value_count_over_several_fields_counts_their_combinations() -> None:
    loaded = correlated("value_count", ["a"], {"field": ["host", "port"], "gte": 3})
    pairs = [("h", 1), ("h", 2), ("g", 1)]
    assert run(loaded, [at(n / 10, "a", host=h, port=p) for n, (h, p) in enumerate(pairs)])
    assert not run(
        loaded, [at(n / 10, "a", host=h, port=p) for n, (h, p) in enumerate([*pairs[:2], pairs[0]])]
    )


@pytest.mark.row("value_sum")
def test_value_sum() -> None:
    loaded = correlated("value_sum", ["a"], {"field": "bytes", "gt": 100})
    assert not run(loaded, [at(0, "a", bytes=60), at(1, "a", bytes="40"), at(7, "a", bytes=60)])
    assert run(loaded, [at(0, "a", bytes=60), at(1, "a", bytes="40.5")])[0].matched["value_sum"] == 100.5


@pytest.mark.row("value_percentile")
@pytest.mark.row("value_avg")
def test_value_avg_and_percentile_look_at_the_whole_window() -> None:
    # A percentile lies on the line between the two nearest ranks: of 0 … 10 the 90th is 9, of 1, 2 the 50th is 1.5.
    average = correlated("value_avg", ["a"], {"field": "n", "gt": 10})
    assert not run(average, [at(0, "a", n=20), at(1, "a", n=0), at(2, "a", n=4)])
    assert run(average, [at(0, "a", n=0), at(1, "a", n=30)])
    percentile = correlated("value_percentile", ["a"], {"field": "n", "percentile": 90, "gte": 9})
    assert run(percentile, [at(n / 10, "a", n=n) for n in range(11)])
    assert not run(percentile, [at(n / 10, "a", n=min(n, 8)) for n in range(11)])
    (found,) = run(
        correlated("value_percentile", ["a"], {"field": "n", "gt": 0}), [at(0, "a", n=1), at(1, "a", n=2)]
    )
    assert found.matched["value_percentile"] == 1.5


@pytest.mark.row("value_percentile")
def test_the_median_has_its_own_name_in_pysigma() -> None:
    loaded = correlated("value_median", ["a"], {"field": "n", "gt": 4})
    assert run(loaded, [at(n / 100, "a", n=n) for n in (1, 5, 9)])
    assert not run(loaded, [at(n / 100, "a", n=n) for n in (1, 4, 90)])


@pytest.mark.row("correlation conditions")
@pytest.mark.row("timespan")
@pytest.mark.parametrize(
    ("condition", "minutes", "times"),
    [
        ({"gte": 3, "lte": 5}, [0, 4, 6, 7], [7]),
        ({"gte": 3, "lte": 5}, [0, 1, 2, 3, 4, 5], []),
        ({"eq": 3}, [0, 4, 8, 9], [9]),
        ({"eq": 2}, [0, 5], [5]),
        ({"lt": 3}, [0, 1, 2, 3, 30], [30]),
        ({"gte": 3, "lt": 9}, [n / 2 for n in range(60)], []),
        ({"gte": 3, "lt": 12}, [n / 2 for n in range(60)], [5, 10, 15, 20, 25]),
    ],
)
def test_a_range_is_asked_of_every_whole_window_wherever_it_begins(
    condition: dict[str, int], minutes: list[float], times: list[float]
) -> None:
    found = run(correlated("event_count", ["a"], condition), [at(minute, "a") for minute in minutes])
    assert [detection.event.time_us / MINUTE for detection in found] == times


@pytest.mark.row("value_avg")
def test_an_average_is_taken_over_every_whole_window_wherever_it_begins() -> None:
    loaded = correlated("value_avg", ["a"], {"field": "n", "gt": 50})
    events = [at(0, "a", n=0), at(4, "a", n=10), at(7, "a", n=90), at(8, "a", n=100.5)]
    (found,) = run(loaded, events)
    assert found.event_ids == tuple(event.id for event in events[1:])


EXTENDED = [
    # type, condition, events (minute, rule), expected
    ("temporal", "a and b", "0a 4b", True),
    ("temporal", "a and b", "0a 6b", False),
    ("temporal", "(a or b) and c", "0c 1b", True),
    ("temporal", "(a or b) and c", "0a 1b", False),
    ("temporal", "a AND b AND c", "0c 1b 2a", True),
    ("temporal", "2 of them", "0c 1a", True),
    ("temporal", "a and not b", "0a 3c", True),
    ("temporal", "a and not b", "3b 4a", False),
    ("temporal", "a and not b", "0a 4b", False),
    ("temporal", "a and not b", "0b 6a", True),
    ("temporal", "not (a or b)", "0c", True),
    ("temporal_ordered", "a and c", "0a 1c", True),
    ("temporal_ordered", "a and c", "0c 1a", False),
    ("temporal_ordered", "(a or b) and c", "0c 1a 2c", True),
    ("temporal_ordered", "c and a and not b", "0a 1b 2c", False),
    ("temporal_ordered", "c and a and not b", "0a 2c", True),
]


@pytest.mark.row("temporal extended")
@pytest.mark.parametrize(("kind", "condition", "events", "expected"), EXTENDED)
def test_a_temporal_condition_may_be_an_expression(
    kind: str, condition: str, events: str, expected: bool
) -> None:
    loaded = correlated(kind, ["a", "b", "c"], condition)
    stream = [at(int(word[:-1]), word[-1]) for word in events.split()]
    assert titles(run(loaded, stream)) == ["found"] * expected


@pytest.mark.row("temporal extended")
@pytest.mark.parametrize(
    ("kind", "condition", "reason"),
    [
        ("temporal", "a and d", "names 'd'"),
        ("temporal", "a and (b", "not closed"),
        ("temporal", "a and not a", "contradicts itself"),
        ("temporal", "", "the condition is empty"),
        ("event_count", "a and b", "is a map such as"),
    ],
)
def test_a_wrong_expression_is_refused(kind: str, condition: str, reason: str) -> None:
    body = {"type": kind, "rules": ["a", "b"], "timespan": "5m", "condition": condition}
    loaded = ruleset(yaml.safe_dump_all([base("a"), base("b"), {"title": "found", "correlation": body}]))
    assert reason in "; ".join(problem.reason for problem in loaded.errors)


@pytest.mark.row("temporal extended")
def test_an_expression_with_too_many_ways_is_refused() -> None:
    rules = [f"r{number}" for number in range(16)]
    body = {"type": "temporal", "rules": rules, "timespan": "5m", "condition": "8 of them"}
    loaded = ruleset(yaml.safe_dump_all([*map(base, rules), {"title": "found", "correlation": body}]))
    assert "ways to hold" in loaded.errors[0].reason


@pytest.mark.row("temporal")
def test_temporal_needs_all_rules_in_any_order() -> None:
    loaded = correlated("temporal", ["a", "b", "c"])
    assert titles(run(loaded, [at(0, "c"), at(1, "a"), at(2, "b")])) == ["found"]
    assert not run(loaded, [at(0, "c"), at(1, "a"), at(6, "b")])
    assert not run(loaded, [at(0, "c"), at(1, "a"), at(2, "b", "lan")])


@pytest.mark.row("temporal")
def test_temporal_with_a_number_needs_so_many_different_rules() -> None:
    loaded = correlated("temporal", ["a", "b", "c"], {"gte": 2})
    assert run(loaded, [at(0, "c"), at(1, "a")])
    assert not run(loaded, [at(0, "c"), at(1, "c")])


@pytest.mark.row("temporal_ordered")
def test_temporal_ordered_needs_the_order_of_the_rule() -> None:
    loaded = correlated("temporal_ordered", ["a", "b", "c"])
    assert run(loaded, [at(0, "a"), at(1, "b"), at(1.5, "b"), at(2, "c")])
    assert not run(loaded, [at(0, "b"), at(1, "a"), at(2, "c")])
    assert run(loaded, [at(0, "a"), at(0, "c"), at(0, "b")]), "events of one instant fit any order"


@pytest.mark.row("aliases")
def test_aliases_name_the_field_of_each_rule() -> None:
    aliases = {"ip": {"a": "src", "b": "dst"}}
    loaded = correlated("temporal", ["a", "b"], **{"group-by": ["ip"], "aliases": aliases})
    (found,) = run(loaded, [at(0, "a", src="1.1.1.1"), at(1, "b", dst="1.1.1.1")])
    assert found.group == {"ip": "1.1.1.1"}
    assert not run(loaded, [at(0, "a", src="1.1.1.1"), at(1, "b", src="1.1.1.1", dst="2.2.2.2")])


@pytest.mark.row("chains")
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


@pytest.mark.row("chains")
def test_a_correlation_counts_values_of_the_groups_of_another() -> None:
    documents = [
        base("a"),
        {
            "title": "many", "name": "many",
            "correlation": {
                "type": "event_count", "rules": ["a"], "group-by": ["who"], "timespan": "1m",
                "aliases": {"who": {"a": "user"}}, "condition": {"gte": 2},
            },
        },
        {
            "title": "many of many",
            "correlation": {
                "type": "value_count", "rules": ["many"], "timespan": "5m", "condition": {"field": "who", "gte": 2},
            },
        },
    ]  # fmt: skip
    loaded = ruleset(yaml.safe_dump_all(documents))
    events = [at(n, "a", user) for n, user in ((0, "nga"), (0.1, "nga"), (0.2, "lan"), (0.3, "lan"))]
    (found,) = run(loaded, events)
    assert found.event_ids == tuple(event.id for event in events)
    assert not run(loaded, events[:3])


@pytest.mark.row("references")
def test_rules_are_referred_to_by_id_in_any_case_or_by_name() -> None:
    known = "0e95725d-7320-415d-80f7-004da920fc11"
    for written in (known, known.upper(), "a"):
        body = {"type": "event_count", "rules": [written], "timespan": "1h", "condition": {"gte": 2}}
        body |= {"group-by": ["who"], "aliases": {"who": {written: "user"}}}
        documents = [{**base("a"), "id": known}, {"title": "found", "correlation": body}]
        loaded = ruleset(yaml.safe_dump_all(documents))
        assert not loaded.errors
        assert titles(run(loaded, [at(0, "a"), at(1, "a"), at(2, "a", "lan")])) == ["found"]


@pytest.mark.row("references")
def test_a_name_means_the_rule_of_the_same_file_if_several_files_have_it(tmp_path: Path) -> None:
    for number, user in enumerate(("nga", "lan"), 1):
        rule = base("a")
        rule["id"] = f"0e95725d-7320-415d-80f7-00000000000{number}"
        rule["detection"]["s"]["user"] = user
        body = {"type": "event_count", "rules": ["a"], "timespan": "5m", "condition": {"gte": 2}}
        body |= {"group-by": ["who"], "aliases": {"who": {"a": "user"}}}
        documents = [rule, {"title": f"many of {user}", "correlation": body}]
        (tmp_path / f"{number}.yml").write_text(yaml.safe_dump_all(documents))
    loaded = load_rules([tmp_path])
    assert [problem.fatal for problem in loaded.errors] == [False]
    assert titles(run(loaded, [at(0, "a", "lan"), at(1, "a", "lan")])) == ["many of lan"]
    assert titles(run(loaded, [at(0, "a"), at(1, "a")])) == ["many of nga"]


@pytest.mark.row("timespan")
@pytest.mark.parametrize(("text", "minutes"), [("90s", 1.5), ("2m", 2), ("1h", 60), ("1d", 1440)])
def test_a_timespan_is_a_number_of_seconds_minutes_hours_or_days(text: str, minutes: float) -> None:
    loaded = correlated("event_count", ["a"], {"gte": 2}, timespan=text)
    assert run(loaded, [at(0, "a"), at(minutes, "a")])
    assert not run(loaded, [at(0, "a"), at(minutes + 0.001, "a")])


@pytest.mark.row("event_count")
@pytest.mark.row("value_sum")
@pytest.mark.row("value_count")
def test_an_event_with_a_list_of_values_counts_each_of_them_and_itself_once() -> None:
    loaded = correlated("value_count", ["a"], {"field": "target", "gte": 3})
    assert titles(run(loaded, [at(0, "a", target=["x", "y", "x"]), at(1, "a", target=["z"])])) == ["found"]
    assert not run(loaded, [at(0, "a", target=["x", "y", "x"]), at(1, "a", target=["Y"])])
    loaded = correlated("value_sum", ["a"], {"field": "n", "gte": 10})
    assert run(loaded, [at(0, "a", n=[5, 5])])
    loaded = correlated("event_count", ["a"], {"gte": 2})
    assert not run(loaded, [at(0, "a", target=["x", "y"])])


@pytest.mark.row("value_sum")
def test_fractions_are_summed_without_drift() -> None:
    loaded = correlated("value_sum", ["a"], {"field": "n", "gt": 0.30000000000000005})
    assert not run(loaded, [at(n * 2, "a", n=0.1) for n in range(100)])


@pytest.mark.row("value_avg")
def test_values_that_are_no_number_are_left_out() -> None:
    loaded = correlated("value_avg", ["a"], {"field": "n", "gte": 4})
    assert run(loaded, [at(0, "a", n="4"), at(1, "a", n="many"), at(2, "a"), at(3, "a", n=True)])


def by(agency: str, event: Event) -> Event:
    event.agency = agency
    return event


@pytest.mark.row("agencies")
@pytest.mark.parametrize(("own", "expected"), [({}, []), ({"keng": {"across_agencies": True}}, ["found"])])
def test_the_same_private_address_in_two_agencies_is_two_groups(
    own: dict[str, Any], expected: list[str]
) -> None:
    body = {
        "type": "event_count", "rules": ["a"], "group-by": ["ip"], "timespan": "5m", "condition": {"gte": 2},
    }  # fmt: skip
    loaded = ruleset(yaml.safe_dump_all([base("a"), {"title": "found", "correlation": body, **own}]))
    assert not loaded.errors
    events = [by("north", at(0, "a", ip="10.0.0.9")), by("south", at(1, "a", ip="10.0.0.9"))]
    assert titles(run(loaded, events)) == expected
    assert titles(run(loaded, [by("north", event) for event in events])) == ["found"]


@pytest.mark.row("agencies")
def test_without_group_by_an_agency_is_still_by_itself() -> None:
    loaded = correlated("temporal", ["a", "b"], **{"group-by": []})
    assert not run(loaded, [by("north", at(0, "a")), by("south", at(1, "b"))])
    assert run(loaded, [by("north", at(0, "a", None)), by("north", at(1, "b", "lan"))])


@pytest.mark.row("absence")
@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([(0, "a")], 1),
        ([(0, "a"), (4, "b")], 0),
        ([(0, "a"), (5, "b")], 0),
        ([(0, "a"), (5.001, "b")], 1),
        ([(0, "b"), (1, "a")], 1),
        ([(0, "b"), (0, "a")], 0),
        ([(0, "a"), (4, "a"), (6, "b")], 1),
        ([(0, "a"), (1, "b"), (2, "a"), (3, "b"), (4, "a")], 1),
        ([(0, "a"), (1, "c")], 0),
        ([(0, "a"), (20, "a")], 2),
        ([(0, "a"), (0, "a")], 1),
    ],
)
def test_absence_tells_of_a_that_nothing_answers_in_time(
    events: list[tuple[float, str]], expected: int
) -> None:
    loaded = correlated("absence", ["a", "b", "c"])
    found = run(loaded, [at(minute, kind) for minute, kind in events])
    assert titles(found) == ["found"] * expected
    assert all(detection.matched["absence"] == "b, c" for detection in found)
    other = [at(minute, kind, "lan" if kind == "a" else "nga") for minute, kind in events]
    assert bool(run(loaded, other))


@pytest.mark.row("absence")
def test_absence_is_told_when_time_has_passed_its_deadline_and_the_allowance() -> None:
    loaded = correlated("absence", ["a", "b"])
    detector = Detector(loaded, lateness_us=MINUTE)
    assert not detector.feed([at(0, "a"), at(2, "a"), at(6, "x")])
    assert not detector.feed([at(4, "b", "lan")])
    (found,) = detector.feed([at(6.001, "x")])
    assert found.event_ids == (at(0, "a").id, at(2, "a").id)
    assert found.group == {"user": "nga"}
    assert not detector.feed([at(60, "x")])
    assert not detector.feed([at(70, "a")])
    assert titles(detector.tick(77 * MINUTE)) == ["found"]


@pytest.mark.row("absence")
def test_an_answer_that_comes_late_but_within_the_allowance_counts() -> None:
    detector = Detector(correlated("absence", ["a", "b"]), lateness_us=10 * MINUTE)
    assert not detector.feed([at(0, "a")]) + detector.feed([at(9, "x")]) + detector.feed([at(3, "b")])
    assert not detector.flush()


@pytest.mark.row("absence")
def test_absence_of_a_single_rule_is_its_silence() -> None:
    loaded = correlated("absence", ["a"])
    found = run(loaded, [*[at(n * 4, "a") for n in range(5)], at(30, "a"), at(33, "a")])
    assert [detection.event.time_us // MINUTE for detection in found] == [16, 33]
    assert found[0].matched["absence"] == "a"


@pytest.mark.row("late events")
def test_what_is_older_than_its_window_is_left_out_and_counted() -> None:
    detector = Detector(correlated("event_count", ["a"], {"gte": 2}), lateness_us=0)
    assert not detector.feed([at(60, "a")]) + detector.feed([at(1, "a")])
    assert detector.losses == {"late": 1, "groups": 0, "entries": 0, "hurried": 0}
    assert titles(detector.feed([at(56, "a")])) == ["found"], "late, but its window is open"


@pytest.mark.row("late events")
def test_a_backlog_in_order_is_counted_although_others_are_ahead() -> None:
    for condition in ({"gte": 3}, {"gte": 3, "lt": 9}):
        detector = Detector(correlated("event_count", ["a"], condition), lateness_us=0)
        out = detector.feed([at(600, "x")])
        for event in [at(1, "a"), at(2, "a"), at(3, "a"), at(20, "a")]:
            out += detector.feed([event])
        assert titles(out + detector.flush()) == ["found"]


@pytest.mark.row("late events")
def test_an_agency_that_catches_up_is_correlated_between_the_events_of_those_that_are_ahead() -> None:
    for kind, condition in (
        ("event_count", {"gte": 3}),
        ("event_count", {"gte": 3, "lt": 9}),
        ("absence", None),
    ):
        loaded = correlated(kind, ["a"], condition)
        detector, out = Detector(loaded, lateness_us=0), []
        for number in range(3):
            out += detector.feed([by("ahead", at(600 + number * 2, "a", "lan")), by("late", at(number, "a"))])
        found = [detection for detection in out + detector.flush() if detection.event.agency == "late"]
        assert titles(found) == ["found"], (kind, condition)


@pytest.mark.row("late events")
def test_a_window_that_was_judged_is_not_judged_again_by_what_comes_too_late() -> None:
    detector = Detector(correlated("event_count", ["a"], {"lt": 3}), lateness_us=0)
    out = detector.feed([at(0, "a"), at(1, "a"), at(10, "x")])
    assert titles(out) == ["found"]
    assert not detector.feed([at(0, "a"), at(3, "a")]) + detector.feed([at(90, "x")])


@pytest.mark.row("generate")
@pytest.mark.parametrize(("generate", "expected"), [(False, ["found"]), (True, ["a", "a", "found"])])
def test_referenced_rules_alert_by_themselves_only_with_generate(generate: bool, expected: list[str]) -> None:
    loaded = correlated("event_count", ["a"], {"gte": 2}, generate=generate)
    assert titles(run(loaded, [at(0, "a"), at(1, "a")])) == expected


@pytest.mark.row("late events")
def test_time_may_pass_without_events() -> None:
    loaded = correlated("event_count", ["a"], {"gte": 2})
    detector = Detector(loaded, 1_000_000)
    assert not detector.feed([at(1, "a"), at(1.001, "a")])
    assert titles(detector.tick(2 * MINUTE)) == ["found"]


@pytest.mark.row("late events")
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


@pytest.mark.row("correlations refused")
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"type": "value_mode"}, "the type of a correlation is one of"),
        ({"rules": []}, "needs rules"),
        ({"timespan": "5 minutes"}, "timespan is a number and one of s, m, h, d"),
        ({"timespan": "5M"}, "timespan is a number and one of s, m, h, d"),
        ({"timespan": 5}, "timespan must be text"),
        ({"type": "EVENT_COUNT"}, "the type of a correlation is one of"),
        ({"condition": "gte 5"}, "is a map such as"),
        ({"condition": {}}, "compares nothing"),
        ({"condition": {"gte": 5, "percentile": 9}}, "unknown key 'percentile'"),
        (
            {"type": "value_percentile", "condition": {"field": "f", "gte": 5, "percentile": 101}},
            "from 0 to 100",
        ),
        ({"type": "value_sum", "condition": {"field": ["f", "g"], "gte": 5}}, "takes one field"),
        ({"aliases": ["x"]}, "aliases must be a map"),
        ({"group-by": [5]}, "must be a list of names"),
        ({"timespan": "0s"}, "timespan must be between"),
        ({"condition": None}, "needs a condition"),
        ({"condition": {"gte": "5"}}, "without quotes"),
        ({"condition": {"more": 5}}, "unknown key 'more'"),
        ({"condition": {"gte": 5, "field": "x"}}, "takes no field"),
        ({"type": "value_count"}, "needs a field"),
        ({"rules": ["nowhere"]}, "refers to 'nowhere', which is not loaded"),
        ({"rules": ["found"]}, "in a circle"),
        ({"generate": "yes please"}, "generate is true or false"),
        ({"type": "absence"}, "absence takes no condition"),
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


@pytest.mark.row("unknown keys")
def test_unknown_keys_of_a_correlation_are_kept_and_misspelt_ones_told() -> None:
    body = {
        "type": "event_count",
        "rules": ["a"],
        "timespan": "5m",
        "group_by": ["x"],
        "condition": {"gte": 2},
    }
    loaded = ruleset(yaml.safe_dump_all([base("a"), {"title": "found", "correlation": body, "house": [1]}]))
    assert loaded.correlations[0].extra == {"house": [1]}
    (problem,) = loaded.errors
    assert "'group_by'" in problem.reason
    assert not problem.fatal


def test_a_saved_state_that_is_none_is_refused() -> None:
    detector = Detector(correlated("event_count", ["a"], {"gte": 2}))
    with pytest.raises(ValueError, match="saved detector state"):
        detector.restore(b"nonsense")
