"""Saved state: small, complete, bound to the definition of its correlations."""

import msgspec
import pytest
from tests.conformance.sigma.rules import rule_text, ruleset

from keng.detect.sigma import Detector
from keng.detect.sigma.correlation_state import restore_state, save_state
from keng.detect.sigma.correlator import Correlator
from keng.model.event import Event, LogSource

RULE = rule_text({"s": {"f": 1}}, name="a")
COUNT = "---\ntitle: c\nid: 0e95725d-7320-415d-80f7-004da920fc11\ncorrelation: {type: event_count, rules: [a], timespan: 1h, group-by: [user], condition: {gte: %s}}\n"


def at(second: int, user: str = "nga") -> Event:
    fields = {"f": 1, "user": user, "CommandLine": "x" * 2000}
    return Event(fields, LogSource("test"), second * 1_000_000, raw="r" * 4000, id=f"{second:032x}")


def test_the_state_holds_no_texts_of_events() -> None:
    detector = Detector(ruleset(RULE + COUNT % 5000))
    detector.feed([at(second, f"u{second % 50}") for second in range(2000)])
    assert len(detector.save()) < 2000 * 80
    assert b"rrrr" not in detector.save()


def test_a_state_goes_on_where_it_was() -> None:
    detector = Detector(ruleset(RULE + COUNT % 3))
    assert not [d for d in detector.feed([at(1), at(2)]) if d.rule.correlation]
    other = Detector(ruleset(RULE + COUNT % 3))
    other.restore(detector.save())
    assert other.save() == detector.save()
    assert [d.event_ids for d in other.feed([at(3), at(100)])] == [(at(1).id, at(2).id, at(3).id)]


@pytest.mark.parametrize(
    "value",
    [10**30, "9" * 39, "\ud800", ["\udfff", -(10**25)], {"a": {1: "\ud800"}}, float("nan"), b"x".decode()],
)
def test_hostile_values_can_be_stored(value: object) -> None:
    kinds = ("value_count", "value_sum", "value_avg")
    rules = ruleset(
        RULE
        + "".join(
            f"---\ntitle: {kind}\ncorrelation: {{type: {kind}, rules: [a], timespan: 1h, group-by: [user], condition: {{field: user, gte: 5}}}}\n"
            for kind in kinds
        )
        + "---\ntitle: d\ncorrelation: {type: absence, rules: [a], timespan: 1h, group-by: [user]}\n"
    )
    assert not rules.errors
    detector = Detector(rules)
    event = at(1)
    event.fields["user"], event.host = value, "h\ud800"
    detector.feed([event, at(9)])
    other = Detector(rules)
    other.restore(detector.save())
    assert other.save() == detector.save()
    for found in other.flush():
        msgspec.msgpack.encode(found)


def test_a_changed_correlation_starts_anew() -> None:
    detector = Detector(ruleset(RULE + COUNT % 3))
    detector.feed([at(1), at(5)])
    other = Detector(ruleset(RULE + COUNT % 3))
    other.restore(detector.save())
    assert other.feed([at(6), at(100)])
    other = Detector(ruleset(RULE + (COUNT % 3).replace("1h", "2h")))
    other.restore(detector.save())
    assert not other.feed([at(6), at(100)])


def test_what_is_no_state_is_refused_and_changes_nothing() -> None:
    rules = ruleset(RULE + COUNT % 3)
    detector = Detector(rules)
    detector.feed([at(1), at(2)])
    before = detector.save()
    made = Correlator(rules.rules, rules.correlations)
    for data in (b"", b"nonsense", msgspec.msgpack.encode({"version": 99}), save_state(made, 0)[:-1]):
        with pytest.raises(ValueError, match="saved detector state"):
            detector.restore(data)
    assert detector.save() == before
    assert restore_state(made, before) == 2_000_000
