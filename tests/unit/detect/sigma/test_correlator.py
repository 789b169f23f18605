"""The correlator: bounded groups, and which rules are silent."""

import yaml
from tests.conformance.sigma.rules import rule_text, ruleset

from keng.detect.sigma import correlator as module
from keng.detect.sigma.correlator import Correlator, time_of
from keng.model.detection import Detection
from keng.model.event import Event, LogSource

MANY = {
    "type": "event_count",
    "rules": ["a"],
    "group-by": ["user"],
    "timespan": "1m",
    "condition": {"gte": 2},
}


def loaded(**keys: object) -> Correlator:
    text = (
        rule_text({"s": {"f": 1}}, name="a")
        + "---\n"
        + yaml.safe_dump({"title": "m", "correlation": {**MANY, **keys}})
    )
    rules = ruleset(text)
    made = Correlator(rules.rules, rules.correlations)
    made.rule = rules.rules[0].info  # type: ignore[attr-defined]
    return made


def hit(made: Correlator, user: str, second: int) -> list[Detection]:
    event = Event({"f": 1, "user": user}, LogSource("test"), time_us=second * 1_000_000, id=f"{user}{second}")
    made.add(Detection(made.rule, event, {}, (event.id,)))  # type: ignore[attr-defined]
    return made.advance(None)


def test_groups_beyond_the_bound_are_given_up_oldest_first(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(module, "MAX_GROUPS", 3)
    made = loaded()
    for second, user in enumerate("abcd"):
        assert not hit(made, user, second)
    assert made.dropped == 1
    assert len(made.parts[0].groups) == 3
    assert hit(made, "d", 5)
    assert not hit(made, "a", 6)


def test_quiet_groups_are_forgotten() -> None:
    made = loaded()
    hit(made, "a", 0)
    hit(made, "b", 1000)
    assert list(made.parts[0].groups) == [("b",)]
    assert made.dropped == 0


def test_rules_are_silent_unless_a_correlation_wants_them_heard() -> None:
    assert len(loaded().silent) == 1
    assert not loaded(generate=True).silent


def test_a_clock_ahead_of_arrival_is_set_back_to_it() -> None:
    assert time_of(Event({}, LogSource(), time_us=50, received_us=20)) == 20
    assert time_of(Event({}, LogSource(), time_us=50)) == 50
