"""Fault 2 of the reliability list: kill -9 at each named point between receiving and committing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.chaos.centre import RULE, WORK, acknowledged, check

POINTS = {
    "received, before the journal commits": ("keng.journal.sqlite", "SqliteJournal._transaction", "before"),
    "committed to the journal, not yet acknowledged": (
        "keng.journal.sqlite",
        "SqliteJournal._transaction",
        "after",
    ),
    "read and prepared": ("keng.runtime.pipeline", "Pipeline.run", "before"),
    "before the event store": ("keng.store.chdb", "ChdbStore._keep", "before"),
    "stored, not yet detected or committed": ("keng.store.chdb", "ChdbStore._keep", "after"),
    "detected, not yet committed": ("keng.runtime.pipeline", "Pipeline._commit", "before"),
    "cursor written, transaction open": ("keng.state.cursors", "put", "after"),
    "committed, journal not yet trimmed": ("keng.journal.sqlite", "SqliteJournal.trim", "before"),
    "journal trimmed": ("keng.journal.sqlite", "SqliteJournal.trim", "after"),
}
KILL = """
import functools, importlib, os, signal, sys

def die_at(module, path, when, turn):
    place = importlib.import_module(module)
    *owners, name = path.split(".")
    for owner in owners:
        place = getattr(place, owner)
    real, hits = getattr(place, name), [0]
    @functools.wraps(real)
    def deadly(*args, **kwargs):
        hits[0] += 1
        last = hits[0] >= turn
        if last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **kwargs)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    setattr(place, name, deadly)

die_at(sys.argv[3], sys.argv[4], sys.argv[5], int(sys.argv[6]))
"""


def killed(point: tuple[str, str, str], turn: int, folder: Path) -> None:
    rules, data = folder / "rules", folder / "data"
    rules.mkdir()
    (rules / "mark.yml").write_text(RULE)
    done = subprocess.run(
        [sys.executable, "-c", KILL + WORK, str(data), str(rules), *point, str(turn)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "KENG_LANG": "en"},
    )
    assert done.returncode == -signal.SIGKILL, f"it was not killed there: {done.stderr[-2000:]}"
    check(data, rules, acknowledged(done.stdout), f"{point} at the {turn}th time")


@pytest.mark.parametrize("name", POINTS)
def test_a_kill_at_this_point_loses_and_doubles_nothing(name: str, tmp_path: Path) -> None:
    killed(POINTS[name], 4, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("turn", range(1, 16))
@pytest.mark.parametrize("name", POINTS)
def test_a_kill_at_this_point_at_any_time_loses_and_doubles_nothing(
    name: str, turn: int, tmp_path: Path
) -> None:
    killed(POINTS[name], turn, tmp_path)
