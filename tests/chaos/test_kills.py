"""Fault 1 at night: 1,000 kills -9 of a whole centre under load, in forty runs of 25 (`pytest -m long tests/chaos`)."""

import random
import time
from pathlib import Path

import pytest
from tests.unit.runtime.conftest import register
from tests.unit.runtime.test_centre_killed import RULE, Process, Shipper, accounted_for

from keng.state.database import open_state

KILLS, RUNS = 25, 40
READY_S = 10


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
    ready = []
    for turn in range(KILLS):
        centre = Process(data, rules)
        ready.append(centre.ready_s)
        for shipper in shippers:
            shipper.port = centre.port
            if turn == 0:
                shipper.start()
        time.sleep(chance.uniform(0.05, 1.0))
        centre.kill()
    for shipper in shippers:
        shipper.go_on = False
        shipper.join(20)
    print(f"ready in {max(ready):.1f} s at most")
    assert sorted(ready)[len(ready) // 2] < READY_S
    acked = {n for shipper in shippers for n in shipper.acked}
    sent = {n for shipper in shippers for n in range(shipper.next - len(shipper.acked), shipper.next + 40)}
    accounted_for(data, rules, acked, sent)
