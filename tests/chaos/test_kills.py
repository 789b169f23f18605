"""Fault 1 at night: 1,000 kills -9 of a whole centre under load, in forty runs of 25 (`pytest -m long tests/chaos`)."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from tests.unit.runtime.conftest import register
from tests.unit.runtime.test_centre_killed import (
    KILLS,
    READY_S,
    RULE,
    Process,
    Shipper,
    accounted_for,
    killed,
)

from keng.state.database import open_state

RUNS = 40


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(RUNS))
def test_25_kills_under_load_lose_and_double_nothing_and_alert_as_a_calm_run(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    data, rules = tmp_path / "data", tmp_path / "rules"
    rules.mkdir()
    (rules / "mark.yml").write_text(RULE)
    data.mkdir()
    state = open_state(data / "state.db")
    token = register(state)["bv-win"]
    state.close()
    shippers = [Shipper(token, first) for first in (0, 1_000_000)]
    ready = killed(data, rules, shippers, KILLS, chance)
    print(f"ready in {max(ready):.1f} s at most")
    assert sorted(ready)[len(ready) // 2] < READY_S
    acked = {n for shipper in shippers for n in shipper.acked}
    sent = {n for shipper in shippers for n in range(shipper.next - len(shipper.acked), shipper.next + 40)}
    accounted_for(data, rules, acked, sent)


@pytest.mark.long
@pytest.mark.timeout(300)
def test_kills_of_the_process_beside_the_centre_lose_and_double_nothing(tmp_path: Path) -> None:
    """The centre goes on without it, or starts it again; after a kill of the centre itself it ends by itself."""
    data, rules = tmp_path / "data", tmp_path / "rules"
    rules.mkdir()
    (rules / "mark.yml").write_text(RULE)
    data.mkdir()
    state = open_state(data / "state.db")
    shipper = Shipper(register(state)["bv-win"], 0)
    state.close()
    centre = Process(data, rules).start()
    shipper.port = centre.port
    shipper.start()
    for _turn in range(3):
        time.sleep(1.5)
        for child in children(centre.pid):
            os.kill(child, signal.SIGKILL)
    time.sleep(1.5)
    beside = children(centre.pid)
    centre.kill()
    end = time.monotonic() + 10
    while any(running(one) for one in beside):
        assert time.monotonic() < end, "it outlived the centre"
        time.sleep(0.05)
    shipper.go_on = False
    shipper.join(20)
    assert len(shipper.acked) > 400
    accounted_for(data, rules, set(shipper.acked), set(range(shipper.next + 40)))


def children(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True)
    return [int(one) for one in found.stdout.split()]


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
