"""Fault 3 for a whole centre: journal, event store and state lose power together, and the next start puts it right."""

import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.chaos.centre import RULE, WORK, acknowledged, check
from tests.chaos.disk import Disk
from tests.chaos.tracing import Call, missing, trace

EVERY_CHANGE, NIGHTLY = 4, 300
MEMORY = Path("/dev/shm")
Traced = tuple[Path, list[Call]]


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "mark.yml").write_text(RULE)
    return folder


@pytest.fixture(scope="module")
def traced(rules: Path, tmp_path_factory: pytest.TempPathFactory) -> Traced:
    if reason := missing():
        pytest.skip(reason)
    root = tmp_path_factory.mktemp("disk")
    record = tmp_path_factory.mktemp("record") / "strace"
    return root, trace(WORK, [str(root / "data"), str(rules)], record, 240)


@pytest.fixture
def fast(tmp_path: Path) -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else tmp_path))
    yield place
    shutil.rmtree(place)


def cut_and_start_again(traced: Traced, rules: Path, number: int, place: Path) -> int:
    """Cuts at random moments of the work; how many acknowledged events were looked for. Asserts that all are there."""
    root, calls = traced
    chance = random.Random(3)
    begun = next(
        n for n, call in enumerate(calls) if call.name == "write" and call.arguments.startswith("1<")
    )
    disk, done, looked_for = Disk(root), 0, 0
    for moment in sorted(chance.randrange(begun, len(calls)) for _n in range(number)):
        while done <= moment:
            disk.apply(calls[done])
            done += 1
        acked = acknowledged(b"".join(disk.written).decode())
        survivor = place / str(moment)
        survivor.mkdir()
        disk.cut(chance, survivor)
        check(survivor / "data", rules, acked, f"power cut at call {moment}")
        looked_for += len(acked)
        shutil.rmtree(survivor)
    return looked_for


@pytest.mark.timeout(600)
def test_a_centre_that_lost_power_has_every_acknowledged_event_once_and_its_alerts(
    traced: Traced, rules: Path, fast: Path
) -> None:
    assert cut_and_start_again(traced, rules, EVERY_CHANGE, fast) > 100


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_centre_that_loses_power_hundreds_of_times(traced: Traced, rules: Path, fast: Path) -> None:
    cut_and_start_again(traced, rules, NIGHTLY, fast)
