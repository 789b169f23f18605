"""All of SigmaHQ loads, or is listed with the reason; and every one of its log sources is known."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.conformance.sigma.real import attack_events, compare, otrf_events

from keng.detect.sigma import Engine, RuleSet
from keng.model.event import Event

pytestmark = pytest.mark.shared
Source = Callable[[Path, int], Iterator[Event]]


@pytest.mark.row("rules of SigmaHQ")
def test_every_rule_loads_or_is_listed_with_file_line_and_reason(shared_data: Path, sigmahq: RuleSet) -> None:
    files = [path for path in (shared_data / "sigma").rglob("*.yml") if path.name != "info.yml"]
    refused = [problem for problem in sigmahq.errors if problem.fatal]
    assert len(sigmahq.rules) + len(refused) == len(files) == 3754
    assert all(problem.path and problem.line and problem.rule_id for problem in refused)
    assert {problem.reason for problem in refused} == {"no value is set for the placeholder %known_cdcs%"}


@pytest.mark.row("exhaustive evaluation")
@pytest.mark.parametrize(("source", "step"), [(attack_events, 41), (otrf_events, 251)])
def test_engine_and_exhaustive_evaluator_agree_on_real_events(
    shared_data: Path, engine: Engine, sigmahq: RuleSet, source: Source, step: int
) -> None:
    count, matches, different = compare(engine, sigmahq.rules, source(shared_data, step))
    assert different == []
    assert count > 50
    assert matches > 0


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
@pytest.mark.parametrize("source", [attack_events, otrf_events])
def test_they_agree_on_all_real_events(
    shared_data: Path, engine: Engine, sigmahq: RuleSet, source: Source
) -> None:
    count, _, different = compare(engine, sigmahq.rules, source(shared_data, 1))
    assert different == []
    assert count > 3_000
