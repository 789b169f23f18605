"""All of SigmaHQ loads, or is listed with the reason; and every one of its log sources is known."""

from pathlib import Path

import pytest
from tests.conformance.sigma import exhaustive
from tests.conformance.sigma.samples import evtx_events

from keng.detect.sigma import Engine, RuleSet

pytestmark = pytest.mark.shared


def test_every_rule_loads_or_is_listed_with_file_line_and_reason(shared_data: Path, sigmahq: RuleSet) -> None:
    files = [path for path in (shared_data / "sigma").rglob("*.yml") if path.name != "info.yml"]
    refused = [problem for problem in sigmahq.errors if problem.fatal]
    assert len(sigmahq.rules) + len(refused) == len(files) == 3754
    assert all(problem.path and problem.line and problem.rule_id for problem in refused)
    assert {problem.reason for problem in refused} == {"no value is set for the placeholder %known_cdcs%"}


@pytest.mark.parametrize(
    ("step", "most"),
    [(12, 6), pytest.param(1, 1_000_000, marks=[pytest.mark.long, pytest.mark.timeout(3600)])],
)
def test_engine_and_exhaustive_evaluator_agree_on_real_events(
    shared_data: Path, engine: Engine, sigmahq: RuleSet, step: int, most: int
) -> None:
    samples = sorted((shared_data / "evtx-attack-samples").rglob("*.evtx"))[::step]
    events = [event for path in samples for event in evtx_events(path)[:most]]
    place = {id(event): number for number, event in enumerate(events)}
    found = [(place[id(detection.event)], detection.rule.id) for detection in engine.match(events)]
    assert found == exhaustive.evaluate(sigmahq.rules, events)
    assert found
