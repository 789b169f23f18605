"""A centre from end to end: bulk requests to durable, detected with all of SigmaHQ, and stored, the sender beside it.

`python -m bench.ingest [--seconds 60] [--rate 0] [--connections 4]` starts a real `keng up` in a process of its own,
sends Windows events of about 1 KB by the Elastic bulk protocol over loopback (rate 0: as fast as it takes them), and
waits until everything is stored. Every event is another one: numbers, ids and times differ.

Prints events a second (all stored / time from the first request to the last stored event), how long an alert took
to be visible, processor time of both sides, peak memory, and whether every record is accounted for.
"""

import argparse
import http.client
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from bench.events import events
from keng.model.agency import Agency, LogSourceEntry, Register
from keng.model.event import Event
from keng.runtime.control import CallError
from keng.runtime.control_client import NoCentreError, call
from keng.state.database import open_state
from keng.state.register import load_register

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "sigma"
RULES = [SHARED / folder for folder in ("rules", "rules-emerging-threats", "rules-threat-hunting")]
BATCH = 1000
BODIES = 40
SOURCE = "bench-win"
_PROCESSES = (
    (
        "C:\\Windows\\System32\\SearchIndexer.exe",
        "C:\\Windows\\System32\\services.exe",
        "SearchIndexer.exe",
        "Microsoft Windows Search Indexer",
    ),
    (
        "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
        "C:\\Windows\\explorer.exe",
        "chrome.exe",
        "Google Chrome",
    ),
    (
        "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE",
        "C:\\Windows\\explorer.exe",
        "WinWord.exe",
        "Microsoft Word",
    ),
    (
        "C:\\Windows\\System32\\taskhostw.exe",
        "C:\\Windows\\System32\\svchost.exe",
        "taskhostw.exe",
        "Host Process for Windows Tasks",
    ),
    (
        "C:\\Windows\\System32\\conhost.exe",
        "C:\\Windows\\System32\\csrss.exe",
        "CONHOST.EXE",
        "Console Window Host",
    ),
)  # image, parent, original file name, description
_MARK = b"0b5c7a9e"  # in every event: replaced by a number that no other request has


def bodies() -> list[bytes]:
    """Bulk requests of `BATCH` events each, to be made unique one by one."""
    start_us = time.time_ns() // 1000
    made, lines = [], []
    for number, event in enumerate(events(BATCH * BODIES, start_us, 20)):
        lines.append(b'{"create":{}}\n' + document(event, number) + b"\n")
        if len(lines) == BATCH:
            made.append(b"".join(lines))
            lines = []
    return made


def document(event: Event, number: int) -> bytes:
    """The event as Winlogbeat sends it. Every 2,000th is an attack, so that alerts are raised all the time."""
    fields = dict(event.fields)
    code, channel, provider = (fields.pop(name) for name in ("EventID", "Channel", "Provider_Name"))
    host = fields.pop("Computer")
    if code == 1:
        image, parent, name, about = _PROCESSES[number % len(_PROCESSES)]
        fields |= {"Image": image, "ParentImage": parent, "OriginalFileName": name, "Description": about}
        fields["CommandLine"] = f'"{image}" --instance={number:x}'
        fields["ParentCommandLine"] = parent
        fields["IntegrityLevel"] = "Medium"
    elif code == 3:
        fields |= {"Image": _PROCESSES[1][0], "DestinationPort": "443"}
    if code == 1 and number % 2000 < 5:
        fields |= {"Image": "C:\\Windows\\System32\\vssadmin.exe", "OriginalFileName": "VSSADMIN.EXE"}
        fields["CommandLine"] = "vssadmin.exe delete shadows /all /quiet"
    time_text = datetime.fromtimestamp(event.time_us / 1e6, UTC).isoformat(timespec="milliseconds")
    return orjson.dumps(
        {
            "@timestamp": time_text.replace("+00:00", "Z"),
            "agent": {"id": _MARK.decode(), "type": "winlogbeat", "version": "8.15.0"},
            "event": {"code": str(code), "kind": "event", "provider": provider},
            "host": {"name": host},
            "log": {"level": "information"},
            "winlog": {
                "api": "wineventlog",
                "channel": channel,
                "computer_name": host,
                "event_data": {name: str(value) for name, value in fields.items()},
                "event_id": str(code),
                "process": {"pid": 1000 + number % 7000, "thread": {"id": 2000 + number % 9000}},
                "provider_name": provider,
                "record_id": 5_000_000 + number,
            },
        }
    )


class Sender(threading.Thread):
    """Sends until `until`; counts what was acknowledged and how often it was told to wait."""

    def __init__(
        self, port: int, token: str, made: list[bytes], number: int, until: float, rate: float
    ) -> None:
        super().__init__()
        self.sent = self.waits = 0
        self._port, self._until, self._rate = port, until, rate
        self._made, self._number = made, number
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        start, turn = time.monotonic(), self._number
        while time.monotonic() < self._until:
            turn += 1000
            body = self._made[turn % 997 % len(self._made)].replace(_MARK, b"%08x" % turn)
            while True:
                connection.request("POST", "/_bulk", body, self._headers)
                answer = connection.getresponse()
                text = answer.read()
                if answer.status == 200:
                    break
                if answer.status not in (429, 503):
                    raise SystemExit(f"refused: {answer.status} {text[:300]!r}")
                self.waits += 1
                time.sleep(float(answer.headers.get("Retry-After", "1")))
            self.sent += BATCH
            if self._rate:
                ahead = start + self.sent / self._rate - time.monotonic()
                if ahead > 0:
                    time.sleep(ahead)
        connection.close()


def stats(data: Path) -> dict[str, Any] | None:
    """The centre's numbers; None while it is not up."""
    try:
        return next(call(data, "stats", {}), None)
    except (NoCentreError, CallError):
        return None


def family(pid: int) -> list[int]:
    """The process, and what it has started."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has ended meanwhile
            found += map(int, (task / "children").read_text().split())
    return found


def peak_mib(pid: int) -> float:
    """Largest resident memory so far of the process and of those it has started, each at its own peak."""
    return sum(
        int(line.split()[1]) / 1024
        for one in family(pid)
        for line in Path(f"/proc/{one}/status").read_text().splitlines()
        if line.startswith("VmHWM:")
    )


def cpu_s(pid: int) -> float:
    """Processor time of the process and of those it has started, so far."""
    ticks = 0
    for one in family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Run it and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--rate", type=float, default=0)
    options.add_argument("--connections", type=int, default=4)
    asked = options.parse_args()
    if not SHARED.is_dir():
        print("needs SigmaHQ's rules in ../shared/data/sigma")
        return 0
    with tempfile.TemporaryDirectory(prefix="keng-ingest-") as folder:
        return measure(Path(folder), asked.seconds, asked.rate, asked.connections)


def measure(data: Path, seconds: float, rate: float, connections: int) -> int:
    """One measurement in the folder `data`."""
    state = open_state(data / "state.db")
    with state.write() as conn:
        tokens = load_register(
            conn,
            Register((Agency("bench", "Đo", "Bench"),), (), (LogSourceEntry(SOURCE, "bench", "Windows"),)),
            time.time_ns() // 1000,
        )
    state.close()
    assert isinstance(tokens, dict)
    port = random.randint(20_000, 60_000)
    command = [sys.executable, "-c", "from keng.cli.main import main; main()", "up", "--data", str(data)]
    environment = {
        **os.environ,
        "KENG_LANG": "en",
        "KENG_PORT": "0",
        "KENG_INGEST_PORT": str(port),
        "KENG_SYSLOG_PORT": "-1",
        "KENG_RULES": os.pathsep.join(map(str, RULES)),
    }
    with (data / "log").open("wb") as log:
        centre = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        while stats(data) is None:
            if centre.poll() is not None:
                raise SystemExit((data / "log").read_text()[-3000:])
            time.sleep(0.2)
        made = bodies()
        loaded = (stats(data) or {})["rules"]
        before, own = cpu_s(centre.pid), resource.getrusage(resource.RUSAGE_SELF)
        start = time.monotonic()
        senders = [
            Sender(port, tokens[SOURCE], made, n, start + seconds, rate / connections)
            for n in range(connections)
        ]
        for sender in senders:
            sender.start()
        slowest = 0.0
        while any(sender.is_alive() for sender in senders):
            time.sleep(0.5)
            slowest = max(slowest, (stats(data) or {}).get("latency_p99_s", 0.0))
        sent = sum(sender.sent for sender in senders)
        sending = time.monotonic() - start
        while (now := stats(data)) is not None and now["stored"] + now["duplicates"] + now["rejected"] < sent:
            time.sleep(0.1)
        took = time.monotonic() - start
        assert now is not None
        used = cpu_s(centre.pid) - before
        after = resource.getrusage(resource.RUSAGE_SELF)
        mine = after.ru_utime + after.ru_stime - own.ru_utime - own.ru_stime
        rows = [
            ("rules", f"{loaded}"),
            ("events acknowledged", f"{sent} in {sending:.1f} s, all stored after {took:.1f} s"),
            ("events a second, bulk to stored", f"{sent / took:,.0f}"),
            ("arrival to visible alert, 99 %", f"{slowest:.2f} s at worst"),
            ("processor time, centre", f"{used / sent * 1e6:.1f} µs an event ({used / took * 100:.0f} %)"),
            ("processor time, sender", f"{mine / sent * 1e6:.1f} µs an event ({mine / took * 100:.0f} %)"),
            ("peak memory, centre", f"{peak_mib(centre.pid):.0f} MiB"),
            ("requests told to wait", f"{sum(sender.waits for sender in senders)}"),
            ("detections, alerts", f"{now['detected']}, {now['alerts']}"),
            ("doubles, rejected, difference", f"{now['duplicates']}, {now['rejected']}, {now['difference']}"),
            ("body of one event", f"{sum(map(len, made)) // (BATCH * BODIES)} bytes"),
        ]
        for name, value in rows:
            print(f"{name:34} {value}")
        return int(now["difference"] != 0 or now["rejected"] != 0)
    finally:
        centre.send_signal(signal.SIGINT)
        centre.wait(60)


if __name__ == "__main__":
    raise SystemExit(main())
