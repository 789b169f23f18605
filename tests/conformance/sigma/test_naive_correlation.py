"""Correlations find what windows computed from scratch find, on random rules and streams."""

import random
from typing import Any

import pytest
import yaml
from tests.conformance.sigma.naive_correlation import alerts
from tests.conformance.sigma.rules import ruleset
from tests.conformance.sigma.test_correlations import base
from tests.conformance.sigma.test_replay import stream

from keng.detect.sigma import Detector, RuleSet

COUNTS = (
    {"gte": 3},
    {"gt": 4},
    {"lt": 3},
    {"lte": 2},
    {"eq": 4},
    {"neq": 2},
    {"gte": 2, "lt": 6},
    {"gt": 1, "lte": 5},
)
RULES = (["a"], ["b", "c"], ["a", "b", "c"], ["c", "a"])
GROUPS = ([], ["user"], ["user", "size"], ["missing"])


def correlation(chance: random.Random, number: int) -> dict[str, Any]:
    """A random correlation over the rules a, b, c."""
    kind = chance.choice(
        (
            "event_count",
            "value_count",
            "temporal",
            "temporal_ordered",
            "value_sum",
            "value_avg",
            "value_percentile",
            "absence",
        )
    )
    body: dict[str, Any] = {
        "type": kind, "rules": chance.choice(RULES), "group-by": chance.choice(GROUPS[:2]),
        "timespan": chance.choice(("20s", "1m", "3m", "10m")),
    }  # fmt: skip
    if chance.random() < 0.1:
        body["group-by"] = chance.choice(GROUPS)
    if kind in ("event_count", "value_count"):
        body["condition"] = dict(chance.choice(COUNTS))
    elif kind == "value_sum":
        body["condition"] = {**chance.choice(({"gte": 3}, {"gt": 1.5}, {"lt": 4}, {"gt": 2, "lt": 9}))}
    elif kind in ("value_avg", "value_percentile"):
        body["condition"] = {**chance.choice(({"gt": 0.5}, {"lte": 0.4}, {"gte": 2}, {"lt": 3}))}
    elif kind != "absence" and chance.random() < 0.4:
        body["condition"] = chance.choice(({"gte": 2}, {"gt": 1}, {"eq": 1}, {"lt": 2}))
    if kind == "value_count":
        body["condition"]["field"] = chance.choice(("target", ["target", "user"], ["user", "size"]))
    elif kind.startswith("value"):
        body["condition"]["field"] = chance.choice(("size", "target"))
    if kind == "value_percentile":
        body["condition"]["percentile"] = chance.choice((0, 10, 50, 95, 100))
    return {"title": f"c{number}", "name": f"c{number}", "correlation": body}


def made(seed: int) -> RuleSet:
    chance = random.Random(seed)
    documents = [base("a"), base("b"), base("c"), *(correlation(chance, number) for number in range(25))]
    loaded = ruleset(yaml.safe_dump_all(documents))
    assert not loaded.errors, loaded.errors
    return loaded


@pytest.mark.row("correlations computed anew")
@pytest.mark.parametrize("seed", range(10))
def test_random_correlations_tell_what_windows_from_scratch_tell(seed: int) -> None:
    loaded, events = made(seed), stream(seed, 250)
    detector = Detector(loaded, lateness_us=0)
    found = [detection for event in events for detection in detector.feed([event])] + detector.flush()
    told = 0
    for one in loaded.correlations:
        ours = sorted(
            (d.event.time_us, d.event_ids, 0 if one.kind == "absence" else pytest.approx(d.matched[one.kind]))
            for d in found
            if d.rule.id == one.info.id
        )
        theirs = alerts(one, events)
        assert [part[:2] for part in ours] == [part[:2] for part in theirs], one
        assert [part[2] for part in ours] == [part[2] for part in theirs], one
        told += len(theirs)
    assert told > 100
