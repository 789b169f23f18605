"""Fault 1 at night: 1,000 kills -9 of a whole centre under load, in forty runs of 25 (`pytest -m long tests/chaos`)."""

import random
import time
from pathlib import Path

import pytest
from tests.unit.runtime.conftest import register
from tests.unit.runtime.test_centre_killed import END, RULE, SESSION, Process, Shipper, stored_numbers

from keng.state.alerts import AlertFilter, alerts
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
    assert Process(data, rules, "off").finish() == 0
    stored = stored_numbers(data)
    assert len(stored) == len(set(stored)), "stored twice"
    assert acked <= set(stored), "acknowledged and lost"
    assert set(stored) <= sent, "invented"
    state = open_state(data / "state.db")
    with state.read() as conn:
        everything = alerts(conn, AlertFilter(), None, limit=10_000)
    state.close()
    found = [one for one in everything if one.rule.title == "Marked for the test"]
    assert sum(one.count for one in found) == sum(n % SESSION == 0 for n in stored)
    sessions = [one.group["LogonGuid"] for one in everything if one.rule.correlation]
    whole = {f"s{n // SESSION}" for n in stored if n % SESSION == END}
    assert len(sessions) == len(set(sessions))
    assert set(sessions) <= whole
