"""The correlator: bounded groups, entries and waiting hits; which rules are silent."""

import pytest
import yaml
from tests.conformance.sigma.rules import rule_text, ruleset

from keng.detect.sigma import correlator as module
from keng.detect.sigma.correlator import Correlator
from keng.detect.sigma.rule import Rule
from keng.model.detection import Detection
from keng.model.event import Event, LogSource

MANY = {
    "type": "event_count",
    "rules": ["a"],
    "group-by": ["user"],
    "timespan": "1m",
    "condition": {"gte": 2},
}


def loaded(max_pending: int = 1000, **keys: object) -> tuple[Correlator, Rule]:
    text = (
        rule_text({"s": {"f": 1}}, name="a")
        + "---\n"
        + yaml.safe_dump({"title": "m", "correlation": {**MANY, **keys}})
    )
    rules = ruleset(text)
    return Correlator(rules.rules, rules.correlations, max_pending), rules.rules[0]


def hit(made: tuple[Correlator, Rule], user: str, second: int, agency: str = "") -> list[Detection]:
    event = Event({"f": 1, "user": user}, LogSource("test"), second * 1_000_000, id=f"{user}{second}{agency}")
    event.agency = agency
    return made[0].add(Detection(made[1].info, event, {}, (event.id,)))


def at_once(made: tuple[Correlator, Rule], user: str, second: int, agency: str = "") -> list[Detection]:
    return hit(made, user, second, agency) + made[0].advance(None)


def test_groups_beyond_the_bound_are_given_up_longest_quiet_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_GROUPS", 3)
    made = loaded()
    for second, user in enumerate("abcd"):
        assert not at_once(made, user, second)
    assert made[0].losses.groups == 1
    assert len(made[0].parts[0].groups) == 3
    assert at_once(made, "d", 5)
    assert not at_once(made, "a", 6)


def test_entries_beyond_the_bound_are_given_up_with_their_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ENTRIES", 10)
    made = loaded(condition={"gte": 100})
    for second in range(50):
        at_once(made, "ab"[second // 8 % 2], second)
    assert made[0].losses.groups > 0
    assert made[0].parts[0].entries == sum(len(w.entries) for w in made[0].parts[0].groups.values()) <= 10


def test_hits_that_wait_are_bounded_and_computed_early_in_order() -> None:
    made = loaded(max_pending=100)
    found = []
    for second in range(0, 300, 2):
        found += hit(made, f"u{second // 4}", second)
        assert len(made[0].pending) <= 100
    assert made[0].losses.hurried > 0
    assert len(found + made[0].advance(None)) == 75


def test_quiet_groups_are_forgotten() -> None:
    made = loaded()
    at_once(made, "a", 0)
    at_once(made, "b", 1000)
    assert list(made[0].parts[0].groups) == [("", "b")]
    assert made[0].losses.counts() == {"late": 0, "groups": 0, "entries": 0, "hurried": 0}


def test_agencies_are_looked_at_by_themselves() -> None:
    made = loaded()
    assert not at_once(made, "a", 0, "north")
    assert not at_once(made, "a", 1, "south")
    assert at_once(made, "a", 2, "north")


def test_rules_are_silent_unless_a_correlation_wants_them_heard() -> None:
    assert len(loaded()[0].silent) == 1
    assert not loaded(generate=True)[0].silent
