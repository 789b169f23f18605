"""Our own rules and their samples, loaded once."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest

from keng.detect.sigma import Detector, RuleSet, load_rules
from keng.formats.record import parse_record
from keng.model.event import Event, LogSource
from keng.model.record import Record
from keng.normalise.normalise import to_event
from keng.resources import rules_dir

Step = dict[str, Any]


def _fill(value: Any, number: int) -> Any:
    """Put the repetition's number into a text with `{n}`; a bare "{n}" becomes the number itself."""
    if value == "{n}":
        return number
    return value.replace("{n}", str(number)) if isinstance(value, str) else value


def _event(step: Step, time_us: int, number: int) -> Event:
    if "raw" in step:
        record = parse_record(step["raw"].encode())
        assert isinstance(record, Record), record
        event = to_event(record, time_us)
        if "repeat" in step:
            event.time_us = time_us
    else:
        source = step["logsource"]
        vary = step.get("repeat", {}).get("vary", {})
        event = Event(
            fields={**step["event"], **{name: _fill(value, number) for name, value in vary.items()}},
            logsource=LogSource(source["product"], source["service"], tuple(source["categories"])),
            time_us=time_us,
        )
    event.received_us = time_us
    event.id = sha256(f"{time_us}:{number}:{event.fields}".encode()).hexdigest()[:32]
    return event


def events_of(sample: Step | list[Step]) -> list[Event]:
    """The events of one sample: one event, or a sequence with times and repetitions, in order of time."""
    events = []
    for step in sample if isinstance(sample, list) else [sample]:
        start = datetime.fromisoformat(step.get("time", "2026-11-24T02:00:00Z"))
        start_us = round(start.timestamp() * 1_000_000)
        repeat = step.get("repeat", {"count": 1, "step_seconds": 0})
        step_us = repeat["step_seconds"] * 1_000_000
        events.extend(
            _event(step, start_us + number * step_us, number + 1) for number in range(repeat["count"])
        )
    return sorted(events, key=lambda event: event.time_us)


@pytest.fixture(scope="session")
def ruleset() -> RuleSet:
    """The whole rule folder, as scan and the centre load it."""
    return load_rules([rules_dir()])


@pytest.fixture(scope="session")
def fired(ruleset: RuleSet) -> Callable[[Any], set[str]]:
    """Ids of all rules that fire on a sample, by the real engine with all rules loaded."""

    detector = Detector(ruleset)  # compiled once; `flush` leaves no state behind

    def run(sample: Any) -> set[str]:
        detections = detector.feed(events_of(sample)) + detector.flush()
        return {detection.rule.id for detection in detections}

    return run


@pytest.fixture(scope="session")
def samples() -> dict[Path, dict[str, Any]]:
    """Each sample file and what it holds."""
    folder = rules_dir() / "samples"
    return {path: orjson.loads(path.read_bytes()) for path in sorted(folder.rglob("*.json"))}
