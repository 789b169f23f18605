"""Fault 8: clocks that are a day ahead or behind, step back, or stand at 1970 or 2099, beside clocks that are right.

What the sources with a right clock did is alerted as if the others were not there; single events of the others are
alerted whatever their time says, and what claims to come from the future is flagged, exactly.
"""

import random
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from keng.detect.sigma import Detector, RuleSet, load_rules
from keng.health.skew import is_from_the_future
from keng.model.detection import Detection
from keng.model.event import Event, LogSource

EVERY_CHANGE, NIGHTLY = 20, 200
RULES = """
title: Begun
name: begun
id: 5f0d0f0e-6a0f-4c59-9f9d-6d2b6a0f9a31
logsource: {product: windows, category: process_creation}
detection: {selection: {CommandLine: begin}, condition: selection}
level: high
---
title: Ended
name: ended
id: 5f0d0f0e-6a0f-4c59-9f9d-6d2b6a0f9a34
logsource: {product: windows, category: process_creation}
detection: {selection: {CommandLine: end}, condition: selection}
level: high
---
title: Begun and ended
id: 5f0d0f0e-6a0f-4c59-9f9d-6d2b6a0f9a32
correlation: {type: temporal_ordered, rules: [begun, ended], group-by: [host, session], timespan: 5m, generate: true}
level: high
---
title: Many
id: 5f0d0f0e-6a0f-4c59-9f9d-6d2b6a0f9a33
correlation: {type: event_count, rules: [begun], group-by: [host], timespan: 1m, condition: {gte: 5}, generate: true}
level: high
"""
SOURCE = LogSource("windows", "", ("process_creation",))
START_US, SECOND_US, DAY_US = 1_780_000_000_000_000, 1_000_000, 86_400_000_000
LATE_US = SECOND_US  # what is allowed; deliveries take less
Seen = Counter[tuple[str, str, int]]


class Sent(NamedTuple):
    host: str
    command: str
    session: int
    true_us: int
    arrives_us: int


def work(host: str, chance: random.Random) -> list[Sent]:
    """Ten minutes of a host: sessions that begin and end, some bursts, each delivered within the allowance."""
    found = []
    for session in range(30):
        begin = START_US + chance.randrange(600) * SECOND_US
        end = begin + chance.randrange(1, 400) * SECOND_US
        for command, moment in (("begin", begin), ("end", end)):
            found.append(Sent(host, command, session, moment, moment + chance.randrange(LATE_US)))
    return found


class Skewed:
    """A clock: off by so much, and from the middle on by so much more."""

    def __init__(self, chance: random.Random) -> None:
        self.off = chance.choice((DAY_US, -DAY_US, 3_600 * SECOND_US, -90 * SECOND_US, 0))
        self.step = chance.choice((0, -DAY_US, DAY_US, -600 * SECOND_US))
        self.stands_at = chance.choice((None, None, None, 0, 4_070_908_800_000_000))

    def __call__(self, true_us: int) -> int:
        if self.stands_at is not None:
            return self.stands_at
        return true_us + self.off + (self.step if true_us > START_US + 300 * SECOND_US else 0)


def events(sent: list[Sent], clocks: dict[str, Skewed]) -> list[Event]:
    found = []
    for one in sorted(sent, key=lambda one: one.arrives_us):
        shown = clocks[one.host](one.true_us) if one.host in clocks else one.true_us
        fields = {"CommandLine": one.command, "host": one.host, "session": str(one.session)}
        found.append(
            Event(
                id=f"{one.host}-{one.session}-{one.command}",
                fields=fields,
                logsource=SOURCE,
                time_us=shown,
                received_us=one.arrives_us,
                host=one.host,
            )
        )
    return found


def detected(rules: RuleSet, some: list[Event], chance: random.Random) -> list[Detection]:
    """As in a live stream: batches of any size, and time that passes between them."""
    detector = Detector(rules, LATE_US)
    found = []
    place = 0
    while place < len(some):
        batch = some[place : place + chance.randrange(1, 40)]
        place += len(batch)
        found += detector.feed(batch)
        found += detector.tick(batch[-1].received_us)
    return found + detector.flush()


def of(hosts: set[str], some: list[Detection]) -> Seen:
    return Counter(
        (one.rule.title, one.event.host, one.event.time_us) for one in some if one.event.host in hosts
    )


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "clocks.yml").write_text(RULES)
    return load_rules([Path(folder)])


def skew(rules: RuleSet, trials: int) -> None:
    for trial in range(trials):
        chance = random.Random(trial)
        right, wrong = {"dc01", "dc02", "fw01"}, {"old01", "old02"}
        calm = [one for host in sorted(right) for one in work(host, chance)]
        other = [one for host in sorted(wrong) for one in work(host, chance)]
        clocks = {host: Skewed(chance) for host in sorted(wrong)}
        together = events(calm + other, clocks)
        found = detected(rules, together, chance)
        expected = of(right, detected(rules, events(calm, {}), chance))
        assert of(right, found) == expected, f"trial {trial}: {clocks}"
        assert {title for title, _host, _us in expected} >= {"Begun", "Begun and ended"}
        single = Counter(one.event.id for one in found if not one.rule.correlation)
        assert all(single[f"{one.host}-{one.session}-{one.command}"] == 1 for one in other), f"trial {trial}"
        flagged = {event.id for event in together if is_from_the_future(event)}
        ahead = {event.id for event in together if event.time_us > event.received_us + 60 * SECOND_US}
        assert flagged == ahead
        assert not {event.id for event in together if event.host in right} & flagged


def test_wrong_clocks_change_no_alert_of_the_right_ones_and_the_future_is_flagged(rules: RuleSet) -> None:
    skew(rules, EVERY_CHANGE)


@pytest.mark.long
def test_wrong_clocks_at_night(rules: RuleSet) -> None:
    skew(rules, NIGHTLY)
