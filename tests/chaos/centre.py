"""A whole centre as two programs: one that works and says what was acknowledged, one that starts again and looks."""

import json
import os
import subprocess
import sys
from pathlib import Path

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


def check(data: Path, rules: Path, acked: set[int], moment: str) -> None:
    """Start again on `data`; assert that every acknowledged event is stored once, and alerts are as in a calm run."""
    again = subprocess.run(
        [sys.executable, "-c", LOOK, str(data), str(rules)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "KENG_LANG": "en"},
    )
    assert again.returncode == 0, again.stderr[-3000:]
    seen = json.loads(next(line for line in again.stdout.splitlines() if line.startswith("{")))
    stored = [int(n) for n in seen["found"]]
    assert len(stored) == len(set(stored)), f"stored twice: {moment}"
    assert acked <= set(stored), f"acknowledged and lost: {moment}"
    assert seen["alerted"] == sum(n % 5 == 0 for n in stored), f"alerts differ: {moment}"


def acknowledged(output: str) -> set[int]:
    """Numbers of the events whose request was answered."""
    words = [line.split() for line in output.splitlines()]
    return {n for w in words if w[:1] == ["ack"] for n in range(int(w[1]) * 20, int(w[1]) * 20 + 20)}
