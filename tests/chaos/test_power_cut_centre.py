"""Fault 3 for a whole centre: journal, event store and state lose power together, and the next start puts it right."""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.chaos.disk import Disk
from tests.chaos.tracing import Call, missing, trace

EVERY_CHANGE, NIGHTLY = 4, 300
MEMORY = Path("/dev/shm")
Traced = tuple[Path, list[Call]]
RULE = """
title: Marked for the test
id: 5f0d0f0e-6a0f-4c59-9f9d-6d2b6a0f9a21
status: test
logsource: {product: windows, category: process_creation}
detection:
  selection: {CommandLine|contains: kengtestmark}
  condition: selection
level: high
"""
SHARED = """
import asyncio, json, os, sys
from pathlib import Path
import httpx
from keng.runtime.centre import Centre
from keng.runtime.settings import Settings
from keng.model.agency import Agency, LogSourceEntry, Register
from keng.state.register import load_register
from keng.state.alerts import AlertFilter, alerts
from keng.store.query import SearchQuery
"""
WORK = (
    SHARED
    + """
def document(n):
    mark = "kengtestmark" if n % 5 == 0 else "ordinary"
    data = {"Image": "C:\\\\Windows\\\\cmd.exe", "CommandLine": f"cmd.exe /c {mark} {n}", "User": "an.nv"}
    return json.dumps({"@timestamp": f"2026-11-03T01:00:{n % 60:02}.000Z", "host": {"name": "dc01"}, "winlog": {
        "channel": "Microsoft-Windows-Sysmon/Operational", "provider_name": "Microsoft-Windows-Sysmon",
        "event_id": "1", "computer_name": "dc01", "event_data": data}, "event": {"code": "1"}})

async def main():
    settings = Settings(data_dir=Path(sys.argv[1]), ingest_port=0, syslog_port=-1, rules=(Path(sys.argv[2]),))
    centre = Centre(settings)
    await centre.start()
    register = Register((Agency("a", "A", "A"),), (), (LogSourceEntry("s", "a", "S"),))
    with centre.state.write() as conn:
        token = load_register(conn, register, 1)["s"]
    await asyncio.sleep(1.2)
    os.write(1, b"start\\n")
    async with httpx.AsyncClient() as client:
        for turn in range(30):
            numbers = range(turn * 20, turn * 20 + 20)
            body = "".join('{"create":{}}\\n' + document(n) + "\\n" for n in numbers)
            answer = await client.post(f"http://127.0.0.1:{centre.ingest_port}/_bulk", content=body,
                                       headers={"Authorization": "Bearer " + token})
            assert answer.status_code == 200 and not answer.json()["errors"], answer.text
            os.write(1, b"ack %d\\n" % turn)
            await asyncio.sleep(0.12)
    await centre.stop()
asyncio.run(main())
"""
)
LOOK = (
    SHARED
    + """
async def main():
    settings = Settings(data_dir=Path(sys.argv[1]), ingest_port=0, syslog_port=-1, rules=(Path(sys.argv[2]),))
    centre = Centre(settings)
    await centre.start()
    while centre.stats.queue_batches:
        await asyncio.sleep(0.05)
    found, cursor = [], ""
    while True:
        page = centre.store.search(SearchQuery(), None, cursor, 1000)
        found += [event.fields["CommandLine"].split()[-1] for event in page.events]
        cursor = page.next
        if not cursor:
            break
    with centre.state.read() as conn:
        marked = [one for one in alerts(conn, AlertFilter(), None) if one.rule.title.startswith("Marked")]
    print(json.dumps({"found": found, "alerted": sum(one.count for one in marked)}), flush=True)
    await centre.stop()
asyncio.run(main())
"""
)


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
        words = [line.split() for line in b"".join(disk.written).decode().splitlines()]
        acked = {n for w in words if w[:1] == ["ack"] for n in range(int(w[1]) * 20, int(w[1]) * 20 + 20)}
        survivor = place / str(moment)
        survivor.mkdir()
        disk.cut(chance, survivor)
        again = subprocess.run(
            [sys.executable, "-c", LOOK, str(survivor / "data"), str(rules)],
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "KENG_LANG": "en"},
        )
        assert again.returncode == 0, again.stderr[-3000:]
        seen = json.loads(next(line for line in again.stdout.splitlines() if line.startswith("{")))
        stored = [int(n) for n in seen["found"]]
        assert len(stored) == len(set(stored)), f"stored twice after a cut at call {moment}"
        assert acked <= set(stored), f"acknowledged and lost in a cut at call {moment}"
        assert seen["alerted"] == sum(n % 5 == 0 for n in stored), (
            f"alerts differ after a cut at call {moment}"
        )
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
