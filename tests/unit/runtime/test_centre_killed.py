"""kill -9 of a whole centre under load, with the real store and the real engine: fault 1 of the reliability list."""

import http.client
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from keng.state.alerts import AlertFilter, alerts
from keng.state.database import open_state

from .conftest import register

PROGRAM = """
import asyncio, sys, time
from pathlib import Path
from keng.runtime.centre import Centre
from keng.runtime.settings import Settings
imported = time.process_time()
sys.stdin.readline()
started = time.monotonic()
async def main():
    centre = Centre(Settings(data_dir=Path(sys.argv[1]), ingest_port=0, syslog_port=-1, rules=(Path(sys.argv[2]),)))
    await centre.start()
    print("ready", imported + time.monotonic() - started, flush=True)
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
KILLS, READY_S = 25, 10


class Process:
    """A centre in a process of its own. It has its modules already when start() lets it touch the folder.

    ready_s: from start() to the open port, and the processor time of its modules.
    """

    def __init__(self, data: Path, rules: Path, mode: str = "on") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(data), str(rules), mode], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "KENG_LANG": "en"},
        )  # fmt: skip
        self.pid = self._process.pid
        self.port, self.ready_s = 0, 0.0

    def start(self) -> "Process":
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.close()
        self.ready_s = float(self.line("ready"))
        self.port = int(self.line("port"))
        return self

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
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/x-ndjson"}
        while self.go_on:
            numbers = range(self.next, self.next + size)
            # Out of order: what is detected must not depend on it.
            sent = self.chance.sample(numbers, size)
            body = "".join(f'{{"create":{{}}}}\n{document(n)}\n' for n in sent)
            # The standard library's client: what a sender costs must not come out of the centre's time.
            client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                client.request("POST", "/_bulk", body, headers)
                answer = client.getresponse()
                told = answer.read()
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            finally:
                client.close()
            if answer.status == 200:
                assert json.loads(told)["errors"] is False
                self.acked += numbers
                self.next += size


def killed(
    data: Path, rules: Path, shippers: Sequence[Shipper], kills: int, chance: random.Random, least: int = 0
) -> list[float]:
    """Start and kill a centre again and again under load; seconds until each was ready.

    least: acknowledged events to wait for before the last kill, however slow the machine.
    """
    ready = []
    following = Process(data, rules)
    for turn in range(kills):
        centre = following.start()
        ready.append(centre.ready_s)
        for shipper in shippers:
            shipper.port = centre.port
            if turn == 0:
                shipper.start()
        following = Process(data, rules) if turn < kills - 1 else following
        time.sleep(chance.uniform(0.05, 1.0))
        end = time.monotonic() + 60
        while turn == kills - 1 and sum(len(one.acked) for one in shippers) < least:
            assert time.monotonic() < end, "hardly anything was taken"
            time.sleep(0.05)
        centre.kill()
    for shipper in shippers:
        shipper.go_on = False
        shipper.join(20)
        assert not shipper.is_alive()
    return ready


@pytest.mark.timeout(600)  # on a loaded machine
def test_25_kills_under_load_store_and_alert_everything_acknowledged_exactly_once(tmp_path: Path) -> None:
    chance = random.Random(11)
    data, rules = tmp_path / "data", tmp_path / "rules"
    rules.mkdir()
    (rules / "mark.yml").write_text(RULE)
    data.mkdir()
    state = open_state(data / "state.db")
    token = register(state)["bv-win"]
    state.close()
    shippers = [Shipper(token, first) for first in (0, 1_000_000)]
    ready = killed(data, rules, shippers, KILLS, chance, 400)
    assert sorted(ready)[len(ready) // 2] < READY_S
    sent = {n for shipper in shippers for n in range(shipper.next - len(shipper.acked), shipper.next + 40)}
    acked = {n for shipper in shippers for n in shipper.acked}
    sessions, whole = accounted_for(data, rules, acked, sent)
    assert len(sessions) > 3
    assert len(whole - sessions) <= 1, (len(whole), sorted(whole - sessions))


def accounted_for(data: Path, rules: Path, acked: set[int], sent: set[int]) -> tuple[set[str], set[str]]:
    """After one calm run: all that was acknowledged is stored once, and the alerts are those of a calm run.

    Returns the sessions that the correlation has told, and those whose end is stored.
    """
    assert Process(data, rules, "off").start().finish() == 0
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
