"""The same input gives the same alerts: streamed, replayed, after restarts; shuffled, delayed and doubled."""

import random
from typing import Any

import pytest
import yaml
from tests.conformance.sigma.rules import ruleset
from tests.conformance.sigma.test_correlations import MINUTE, at, base

from keng.detect.sigma import Detector, RuleSet
from keng.model.detection import Detection
from keng.model.event import Event
from keng.scan.detector import FileDetector

LATENESS = 5 * MINUTE
BODIES: list[dict[str, Any]] = [
    {"type": "event_count", "rules": ["a"], "condition": {"gte": 5}},
    {"type": "event_count", "rules": ["b"], "condition": {"gte": 2, "lt": 9}},
    {"type": "event_count", "rules": ["a", "b"], "condition": {"neq": 3}},
    {"type": "value_count", "rules": ["b"], "condition": {"field": "target", "gte": 4}},
    {"type": "value_count", "rules": ["a"], "condition": {"field": ["target", "user"], "lte": 3}},
    {"type": "temporal", "rules": ["a", "b", "c"]},
    {"type": "temporal", "rules": ["a", "b", "c"], "condition": "(a or b) and not c"},
    {"type": "temporal_ordered", "rules": ["c", "b", "a"], "condition": "c and (a or b)"},
    {"type": "temporal_ordered", "rules": ["a", "b"]},
    {"type": "value_sum", "rules": ["a"], "condition": {"field": "size", "gt": 3.5}},
    {"type": "value_avg", "rules": ["a"], "condition": {"field": "target", "gt": 3}},
    {
        "type": "value_percentile",
        "rules": ["b"],
        "condition": {"field": "size", "percentile": 90, "gte": 0.5},
    },
    {"type": "absence", "rules": ["a", "c"]},
    {"type": "absence", "rules": ["c"]},
    {"type": "temporal", "rules": ["c0", "c1"], "timespan": "3m"},
    {"type": "absence", "rules": ["c3", "c"], "timespan": "2m"},
]


@pytest.fixture(scope="module")
def loaded() -> RuleSet:
    """Every type, chains, an alias, one across agencies; over the same three rules."""
    documents = [base("a"), base("b"), base("c")]
    for number, body in enumerate(BODIES):
        own: dict[str, Any] = {"title": f"c{number}", "name": f"c{number}"}
        own["correlation"] = {"group-by": ["user"], "timespan": "1m", **body}
        if number % 5 == 1:
            own["keng"] = {"across_agencies": True}
        documents.append(own)
    made = ruleset(yaml.safe_dump_all(documents))
    assert not made.errors
    return made


def stream(seed: int, count: int = 400) -> list[Event]:
    """Bursts and silences of a few users in two agencies, in order of time, over some forty minutes."""
    chance = random.Random(seed)
    minute, events = 0.0, []
    for number in range(count):
        minute += chance.choice((0, 0.01, 0.05, 0.1, 0.5)) if chance.random() < 0.99 else 4
        event = at(
            round(minute, 3), chance.choice("aaabbc"), chance.choice(("nga", "lan", "NGA")),
            target=chance.choice((str(number % 7), [str(number % 3), "x"])), size=chance.random(), n=number,
        )  # fmt: skip
        event.agency = chance.choice(("north", "south"))
        event.id = f"{number:032x}"
        events.append(event)
    return events


def told(detections: list[Detection]) -> list[tuple[Any, ...]]:
    """What people are told, whatever the order in which it comes out."""
    return sorted(
        (d.rule.title, d.event.id, d.event_ids, str(d.group), str(d.matched), d.event.agency)
        for d in detections
        if d.rule.correlation
    )


def run(loaded: RuleSet, batches: list[list[Event]], restart: random.Random | None = None) -> list[Any]:
    """Alerts of the batches; with `restart`, a new process takes up the saved state now and then."""
    detector, out = Detector(loaded, LATENESS), []
    for batch in batches:
        if restart and restart.random() < 0.3:
            # Killed in the middle of a batch: what was found since the state was saved is lost with it.
            state = detector.save()
            detector.feed(batch[: restart.randrange(len(batch))])
            detector = Detector(loaded, LATENESS)
            detector.restore(state)
        out += detector.feed(batch)
    assert detector.losses == {"late": 0, "groups": 0, "entries": 0, "hurried": 0}
    return told(out + detector.flush())


def cut(events: list[Event], chance: random.Random) -> list[list[Event]]:
    """Batches of random sizes."""
    batches, place = [], 0
    while place < len(events):
        size = chance.randrange(1, 30)
        batches.append(events[place : place + size])
        place += size
    return batches


def delayed(events: list[Event], chance: random.Random) -> list[Event]:
    """Each event up to the allowance later than it happened, a third of them twice."""
    arrivals = [(event.time_us + chance.randrange(LATENESS), event) for event in events]
    arrivals += [
        (event.time_us + chance.randrange(LATENESS), event) for event in events if chance.random() < 0.3
    ]
    return [event for _, event in sorted(arrivals, key=lambda arrival: arrival[0])]


@pytest.mark.row("replay")
@pytest.mark.parametrize("seed", range(8))
def test_shuffled_delayed_doubled_and_interrupted_input_gives_the_same_alerts(
    loaded: RuleSet, seed: int
) -> None:
    chance = random.Random(seed)
    events = stream(seed)
    expected = run(loaded, [events])
    assert len({rule for rule, *_ in expected}) >= 10
    assert run(loaded, [[event] for event in events]) == expected, "streamed one by one"
    assert run(loaded, cut(events, chance), chance) == expected, "restarted"
    for _ in range(3):
        late = delayed(events, chance)
        assert run(loaded, cut(late, chance)) == expected, "delayed and doubled"
        assert run(loaded, cut(late, chance), chance) == expected, "delayed, doubled and restarted"


@pytest.mark.row("replay")
@pytest.mark.parametrize("seed", range(4))
def test_even_beyond_the_allowance_neither_batches_nor_restarts_change_anything(
    loaded: RuleSet, seed: int
) -> None:
    chance = random.Random(seed)
    events = stream(seed)
    chance.shuffle(events)
    results = []
    for turn in range(4):
        detector, out = Detector(loaded, MINUTE), []
        for batch in [events] if turn == 0 else cut(events, chance):
            if turn > 1:
                state = detector.save()
                detector = Detector(loaded, MINUTE)
                detector.restore(state)
            out += detector.feed(batch)
        assert detector.losses["late"] > 0
        results.append((told(out + detector.flush()), detector.losses))
    assert results[1:] == results[:1] * 3


@pytest.mark.row("replay")
@pytest.mark.parametrize("seed", range(4))
def test_files_in_any_order_give_the_alerts_of_the_stream(loaded: RuleSet, seed: int) -> None:
    chance = random.Random(seed)
    events = stream(seed)
    expected = run(loaded, [events])
    chance.shuffle(events)
    scan = FileDetector(loaded)
    found = [detection for batch in cut(events, chance) for detection in scan.feed(batch)]
    assert told(found + scan.flush()) == expected
