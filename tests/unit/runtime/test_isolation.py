from collections.abc import Sequence

from keng.model.detection import Detection
from keng.model.event import Event, LogSource
from keng.runtime.isolation import decisions_of, detections_of
from keng.state.quarantine import Refused

from .conftest import RULE

EVENTS = [Event({}, LogSource(), raw=raw, id=raw, received_us=1) for raw in ("a", "\ud800poison", "b")]


def found(events: Sequence[Event]) -> list[Detection]:
    if any("poison" in event.raw for event in events):
        raise RuntimeError("stumbled")
    return [Detection(RULE, event, {}) for event in events]


def test_an_event_that_the_engine_cannot_bear_costs_itself_alone() -> None:
    undetected: list[Refused] = []
    assert [one.event.id for one in detections_of(found, EVENTS, undetected)] == ["a", "b"]
    assert [one.reason for one in undetected] == [
        "stored, but no rule could be run on it: RuntimeError: stumbled"
    ]
    assert detections_of(found, [], undetected) == []


def test_a_detection_that_correlations_cannot_bear_costs_itself_alone() -> None:
    undetected: list[Refused] = []

    def decide(some: Sequence[tuple[int, Detection]], _seen_us: int) -> list[Detection]:
        return found([one.event for _us, one in some])

    given = [(1, Detection(RULE, event, {})) for event in EVENTS]
    assert [one.event.id for one in decisions_of(decide, given, 1, undetected)] == ["a", "b"]
    assert len(undetected) == 1
