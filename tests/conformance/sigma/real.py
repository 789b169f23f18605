"""SigmaHQ's rules on the shared real events: what the engine and the exhaustive evaluator find."""

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.conformance.sigma import exhaustive
from tests.conformance.sigma.samples import evtx_events

from keng.detect.sigma import Engine, load_rules
from keng.detect.sigma.rule import Rule
from keng.detect.sigma.ruleset import RuleSet
from keng.formats.recognise import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.normalise import to_event

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
FOLDERS = ("rules", "rules-emerging-threats", "rules-threat-hunting")
BATCH = 500


def otrf_events(shared: Path, step: int = 1) -> Iterator[Event]:
    """Every `step`-th event of the zipped JSON lines."""
    number = 0
    for path in sorted((shared / "otrf").rglob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if not name.endswith(".json") or name.startswith("__MACOSX"):
                    continue
                for line in archive.read(name).splitlines():
                    number += 1
                    if number % step == 0 and isinstance(record := parse_record(line), Record):
                        yield to_event(record)


def attack_events(shared: Path, step: int = 1) -> Iterator[Event]:
    """Every `step`-th event of the EVTX samples of both folders."""
    number = 0
    for folder in ("evtx-attack-samples", "sigma/regression_data"):
        for path in sorted((shared / folder).rglob("*.evtx")):
            for event in evtx_events(path):
                number += 1
                if number % step == 0:
                    yield event


def compare(engine: Engine, rules: Sequence[Rule], events: Iterator[Event]) -> tuple[int, int, list[str]]:
    """(events, matches, differences) of an engine with these rules and the exhaustive evaluator."""
    count = matches = 0
    different: list[str] = []
    batch: list[Event] = []

    def check() -> None:
        nonlocal count, matches
        place = {id(event): number for number, event in enumerate(batch)}
        found = [(place[id(detection.event)], detection.rule.id) for detection in engine.match(batch)]
        expected = exhaustive.evaluate(rules, batch)
        different.extend(f"{rule} on {batch[n].fields}" for n, rule in set(found) ^ set(expected))
        if found != expected and not different:
            different.append("other order")
        count += len(batch)
        matches += len(expected)
        batch.clear()

    for event in events:
        batch.append(event)
        if len(batch) == BATCH:
            check()
    check()
    return count, matches, different


def compare_all(rule_step: int, event_step: int) -> tuple[int, int, list[str]]:
    """(pairs, matches, differences) of every `rule_step`-th rule on every `event_step`-th event of all shared data."""
    loaded = load_rules([SHARED / "sigma" / folder for folder in FOLDERS])
    rules = loaded.rules[::rule_step]
    engine = Engine(RuleSet(rules))
    events = matches = 0
    different: list[str] = []
    for source in (attack_events(SHARED, event_step), otrf_events(SHARED, event_step)):
        count, found, wrong = compare(engine, rules, source)
        events += count
        matches += found
        different += wrong
    return events * len(rules), matches, different
