"""Fault 1 at night: 1,000 kills -9 of a whole centre under load, in forty runs of 25 (`pytest -m long tests/chaos`)."""

import random
from pathlib import Path

import pytest
from tests.unit.runtime.conftest import register
from tests.unit.runtime.test_centre_killed import KILLS, READY_S, RULE, Shipper, accounted_for, killed

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
