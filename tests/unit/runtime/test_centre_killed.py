"""kill -9 of a whole centre under load, with the real store and the real engine: fault 1 of the reliability list."""

import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx

from keng.state.alerts import AlertFilter, alerts
from keng.state.database import open_state

from .conftest import register

PROGRAM = """
import asyncio, sys
from pathlib import Path
from keng.runtime.centre import Centre
from keng.runtime.settings import Settings
async def main():
    centre = Centre(Settings(data_dir=Path(sys.argv[1]), ingest_port=0, syslog_port=-1, rules=(Path(sys.argv[2]),)))
    await centre.start()
    print("port", centre.ingest_port, flush=True)
    while sys.argv[3] == "on" or centre.stats.queue_batches:
        await asyncio.sleep(0.05)
    print("stats", centre.stats.difference, flush=True)
    await centre.stop()
asyncio.run(main())
"""
RULE = """
title: Marked for the test
id: 5f0d0f0e-6a0f-4c59-9f9d-6d2b6a0f9a11
name: marked
status: test
logsource: {product: windows, category: process_creation}
detection:
  selection: {CommandLine|contains: kengtestmark}
  condition: selection
level: high
---
title: Ended for the test
name: ended
logsource: {product: windows, category: process_creation}
detection:
  selection: {CommandLine|contains: kengtestend}
  condition: selection
level: high
---
title: Marked and ended in one session
id: 5f0d0f0e-6a0f-4c59-9f9d-6d2b6a0f9a12
correlation:
  type: temporal_ordered
  rules: [marked, ended]
  group-by: [LogonGuid]
  timespan: 5m
  generate: true
level: high
"""
SESSION, END = 50, 45


class Process:
    """A centre in a process of its own."""

    def __init__(self, data: Path, rules: Path, mode: str = "on") -> None:
        self.started = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(data), str(rules), mode],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "KENG_LANG": "en"},
        )  # fmt: skip
        self.port = int(self.line("port"))
        self.ready_s = time.monotonic() - self.started

    def line(self, word: str) -> str:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(word):
                return line.split()[1]
        raise AssertionError(f"the centre ended without saying {word}")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def finish(self) -> int:
        difference = int(self.line("stats"))
        assert self._process.wait(30) == 0
        assert self._process.stdout is not None
        self._process.stdout.close()
        return difference


def document(n: int) -> str:
    mark = {0: "kengtestmark", END: "kengtestend"}.get(n % SESSION, "ordinary")
    data = {
        "Image": "C:\\Windows\\cmd.exe",
        "CommandLine": f"cmd.exe /c {mark} {n}",
        "User": "an.nv",
        "LogonGuid": f"s{n // SESSION}",
    }
    return json.dumps(
        {
            "@timestamp": f"2026-11-03T01:{n // 60 % 60:02}:{n % 60:02}.000Z",
            "host": {"name": "dc01"},
            "winlog": {
                "channel": "Microsoft-Windows-Sysmon/Operational",
                "provider_name": "Microsoft-Windows-Sysmon",
                "event_id": "1",
                "computer_name": "dc01",
                "event_data": data,
            },
            "event": {"code": "1"},
        }
    )


class Shipper(threading.Thread):
    """Sends documents, shuffled within each request; what is not acknowledged is sent again, as every shipper does."""

    def __init__(self, token: str, first: int) -> None:
        super().__init__(daemon=True)
        self.token = token
        self.next = first
        self.port = 0
        self.acked: list[int] = []
        self.chance = random.Random(first)
        self.go_on = True

    def run(self) -> None:
        size = 40
        while self.go_on:
            numbers = range(self.next, self.next + size)
            # Out of order: what is detected must not depend on it.
            sent = self.chance.sample(numbers, size)
            body = "".join(f'{{"create":{{}}}}\n{document(n)}\n' for n in sent)
            try:
                url = f"http://127.0.0.1:{self.port}/_bulk"
                answer = httpx.post(
                    url, content=body, headers={"Authorization": f"Bearer {self.token}"}, timeout=5
                )
            except httpx.HTTPError:
                time.sleep(0.05)
                continue
            if answer.status_code == 200:
                assert answer.json()["errors"] is False
                self.acked += numbers
                self.next += size


def test_kill_9_under_load_stores_and_alerts_everything_acknowledged_exactly_once(tmp_path: Path) -> None:
    chance = random.Random(11)
    data, rules = tmp_path / "data", tmp_path / "rules"
    rules.mkdir()
    (rules / "mark.yml").write_text(RULE)
    data.mkdir()
    state = open_state(data / "state.db")
    token = register(state)["bv-win"]
    state.close()
    shippers = [Shipper(token, first) for first in (0, 1_000_000)]
    for turn in range(4):
        centre = Process(data, rules)
        assert centre.ready_s < 30
        for shipper in shippers:
            shipper.port = centre.port
            if turn == 0:
                shipper.start()
        time.sleep(chance.uniform(0.3, 1.5))
        centre.kill()
    for shipper in shippers:
        shipper.go_on = False
        shipper.join(20)
    sent = {n for shipper in shippers for n in range(shipper.next - len(shipper.acked), shipper.next + 40)}
    acked = {n for shipper in shippers for n in shipper.acked}
    assert len(acked) > 200
    sessions, whole = accounted_for(data, rules, acked, sent)
    assert len(sessions) > 3
    assert len(whole - sessions) <= 1


def accounted_for(data: Path, rules: Path, acked: set[int], sent: set[int]) -> tuple[set[str], set[str]]:
    """After one calm run: all that was acknowledged is stored once, and the alerts are those of a calm run.

    Returns the sessions that the correlation has told, and those whose end is stored.
    """
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
    assert sum(alert.count for alert in found) == sum(n % SESSION == 0 for n in stored)
    # A correlation over events that kills came between: once a session, but for the newest, which still waits.
    sessions = [one.group["LogonGuid"] for one in everything if one.rule.correlation]
    whole = {f"s{n // SESSION}" for n in stored if n % SESSION == END}
    assert len(sessions) == len(set(sessions)) == sum(one.count for one in everything if one.rule.correlation)
    assert set(sessions) <= whole
    return set(sessions), whole


def stored_numbers(data: Path) -> list[int]:
    from keng.normalise.ocsf import hot_table
    from keng.store.chdb import ChdbStore
    from keng.store.query import SearchQuery

    store = ChdbStore(data / "events", hot_table)
    found: list[int] = []
    cursor = ""
    while True:
        page = store.search(SearchQuery(), None, cursor, 1000)
        found += [int(re.findall(r"(\d+)$", event.fields["CommandLine"])[0]) for event in page.events]
        cursor = page.next
        if not cursor:
            break
    store.close()
    return found
