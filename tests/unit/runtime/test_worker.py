"""Workers as real processes on a real NATS server, PostgreSQL and the ClickHouse interface: one is killed, nothing changes."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from tests.servers.clickhouse import ClickHouseFixture
from tests.servers.nats import NatsServer
from tests.servers.postgresql import PostgresServer

from keng.detect.sigma import Detector, load_rules
from keng.formats.recognise import parse_record
from keng.journal.jetstream import JetStreamJournal
from keng.journal.sqlite import SqliteJournal
from keng.model.agency import Agency, LogSourceEntry, Register
from keng.model.batch import Batch
from keng.normalise.normalise import to_event
from keng.normalise.ocsf import hot_table
from keng.normalise.privacy import redact
from keng.runtime.accounting import Accounting
from keng.runtime.identity import event_ids
from keng.runtime.pipeline import Pipeline
from keng.runtime.pipeline_parts import Loaded
from keng.runtime.prepare import Preparation, Steps
from keng.runtime.settings import Settings
from keng.runtime.worker import Worker, WorkerParts, WorkerSettingsError, name_of
from keng.state import cursors
from keng.state.alerts import AlertFilter, alerts
from keng.state.database import State, open_state
from keng.state.register import load_register
from keng.store.clickhouse import ClickHouseStore
from keng.store.query import SearchQuery

from .conftest import MemoryStore

START = 1_790_000_000_000_000
AGENCIES = tuple(f"agency-{n}" for n in range(12))
PROGRAM = """
import signal, sys, threading, time
from pathlib import Path
from keng.detect.sigma import load_rules
from keng.runtime.parts import default_parts
from keng.runtime.settings import Settings
from keng.runtime.worker import Worker, WorkerParts
from keng.runtime.logs import configure
configure("warning")  # on standard error: nobody reads the pipe meanwhile
journal, state, store, rules, end = sys.argv[1:]
settings = Settings(data_dir=Path(end).parent, journal_url=journal, state_url=state, store_url=store)
parts = default_parts()
after = lambda: 1_790_000_000_000_000 + (10**12 if Path(end).exists() else 0)
worker = Worker(settings, WorkerParts(parts.open_store, lambda _s: load_rules([Path(rules)]), parts.steps), after)
signal.signal(signal.SIGTERM, lambda *_: worker.stop.set())
print("ready", flush=True)
worker.run()
print("stored", worker.counts.counts().stored, flush=True)
"""
RULES = """
title: A failed login
id: 00000000-0000-4000-8000-000000000001
name: failed
status: test
logsource: {product: linux}
detection: {selection: {message|contains: Failed password}, condition: selection}
level: low
---
title: Marked
id: 00000000-0000-4000-8000-000000000002
status: test
logsource: {product: linux}
detection: {selection: {message|contains: kengtestmark}, condition: selection}
level: high
---
title: Many failed logins
id: 00000000-0000-4000-8000-000000000003
status: test
correlation:
  type: event_count
  rules: [failed]
  group-by: [hostname]
  timespan: 5m
  condition: {gte: 5}
level: high
---
title: Failed logins in many agencies
id: 00000000-0000-4000-8000-000000000004
status: test
correlation:
  type: event_count
  rules: [failed]
  timespan: 1m
  condition: {gte: 30}
level: high
keng: {across_agencies: true}
"""


def batch(n: int) -> Batch:
    """Ten lines of one agency's host; every third is a failed login, some are marked."""
    agency = AGENCIES[n * 7 % len(AGENCIES)]
    records = []
    for k in range(10):
        number = n * 10 + k
        what = "Failed password for root" if number % 3 == 0 else "Accepted publickey for an"
        mark = " kengtestmark" if number % 41 == 0 else ""
        at = START // 1_000_000 + number // 20
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
        records.append(f"<38>1 {when} {agency}-h sshd 1 - - {what} number {number}{mark}".encode())
    ids = tuple(f"/{n * 10 + k}" for k in range(10))
    return Batch(f"{agency}-src", agency, "elastic_bulk", "test", START + n, tuple(records), ids)


def found(state: State) -> set[tuple[Any, ...]]:
    with state.read() as conn:
        return {
            (one.rule.id, one.agency, one.host, one.count, one.first_us, one.last_us)
            for one in alerts(conn, AlertFilter(), None, limit=1000)
        }


def calm(folder: Path, rules: Path, batches: int) -> set[tuple[Any, ...]]:
    """The alerts of one pipeline in one process."""
    state = open_state(folder / "calm.db")
    registered(state)
    journal = SqliteJournal(folder / "calm.journal", 1 << 30)
    detector = Detector(load_rules([rules]))
    now = [START]
    pipeline = Pipeline(
        journal, MemoryStore(), state, Loaded(detector, "r"),
        Preparation(Steps(parse_record, to_event, redact), event_ids), Accounting(), lambda _changes: None,
        lambda: now[0], 1_000_000,
    )  # fmt: skip
    journal.append([batch(n) for n in range(batches)])
    while entries := journal.read(pipeline.offset, 50):
        pipeline.run(entries, pipeline.prepare(entries))
    now[0] = START + 10**12
    pipeline.idle()
    pipeline.settle()
    pipeline.close()
    result = found(state)
    journal.close()
    state.close()
    return result


def registered(state: State) -> None:
    register = Register(
        agencies=tuple(Agency(name, name, name) for name in AGENCIES),
        sources=tuple(LogSourceEntry(f"{name}-src", name, "x") for name in AGENCIES),
    )
    with state.write() as conn:
        load_register(conn, register, 1)


class Servers:
    """All three, and workers on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rules = folder / "rules.yml"
        self.rules.write_text(RULES)
        self.end = folder / "end"
        self.nats, self.postgres, self.clickhouse = (
            NatsServer(folder),
            PostgresServer(),
            ClickHouseFixture(folder / "ch"),
        )
        self.state_url = self.postgres.fresh()
        self.state = open_state(self.state_url)
        registered(self.state)
        self.journal = JetStreamJournal(self.nats.url, 1 << 30)

    def worker(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, self.nats.url, self.state_url, self.clickhouse.url(), str(self.rules), str(self.end)],
            stdout=subprocess.PIPE, stderr=(self.folder / "worker.err").open("a"), text=True,
            env={**os.environ, "KENG_LANG": "en"},
        )  # fmt: skip
        assert process.stdout is not None
        assert any(line == "ready\n" for line in process.stdout)
        return process

    def done(self) -> bool:
        last = self.journal.last_offset()
        with self.state.read() as conn:
            offsets = cursors.offsets(conn)
        return all(offsets.get(name_of(place), 0) >= last for place in range(17))

    def stored(self) -> list[int]:
        store = ClickHouseStore(self.clickhouse.url(), hot_table)
        numbers: list[int] = []
        cursor = ""
        while True:
            page = store.search(SearchQuery(), None, cursor, 1000)
            numbers += [int(event.raw.split("number ")[1].split()[0]) for event in page.events]
            cursor = page.next
            if not cursor:
                break
        store.close()
        return numbers

    def close(self) -> None:
        self.journal.close()
        self.state.close()
        self.nats.kill()
        self.postgres.close()
        self.clickhouse.stop()


@contextmanager
def servers(folder: Path) -> Iterator[Servers]:
    one = Servers(folder)
    try:
        yield one
    finally:
        one.close()


def wait(condition: Any, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not become true in time"
        time.sleep(0.05)


def test_a_killed_worker_changes_nothing_all_is_stored_once_and_the_alerts_are_those_of_one_process(
    tmp_path: Path,
) -> None:
    batches = 240
    with servers(tmp_path) as site:
        workers = [site.worker(), site.worker()]
        try:
            for start in range(0, batches, 10):
                site.journal.append([batch(n) for n in range(start, start + 10)])
                if start == 80:
                    workers[0].kill()
                    workers[0].wait()
                if start == 160:
                    workers.append(site.worker())
                time.sleep(0.05)
            wait(site.done, 60)
            site.end.touch()  # time goes on: correlations that wait for it are decided
            expected = calm(tmp_path, site.rules, batches)
            time.sleep(2.5)
            wait(lambda: len(found(site.state)) >= len(expected), 30)  # a loaded machine needs longer
            for process in workers[1:]:
                process.terminate()
                assert process.stdout is not None
                assert "stored" in process.stdout.read()
                assert process.wait(30) == 0
        finally:
            for process in workers:
                process.kill()
                process.wait()
                assert process.stdout is not None
                process.stdout.close()
        numbers = site.stored()
        assert len(numbers) == len(set(numbers)), "stored twice"
        assert set(numbers) == set(range(batches * 10)), "lost"
        mine = found(site.state)
        assert mine == expected
        assert {one[0][-1] for one in mine} == {"2", "3", "4"}
        assert site.journal.held() < batches


@pytest.mark.long
def test_nats_and_postgresql_crash_under_workers_and_nothing_changes(tmp_path: Path) -> None:
    batches = 400
    with servers(tmp_path) as site:
        workers = [site.worker(), site.worker()]
        try:
            for start in range(0, batches, 10):
                site.journal.append([batch(n) for n in range(start, start + 10)])
                if start == 100:
                    site.postgres.stop("immediate")
                    time.sleep(1.0)
                    site.postgres.start()
                if start == 200:
                    site.nats.kill()
                    site.nats.start()
                time.sleep(0.05)
            wait(site.done, 120)
            site.end.touch()
            time.sleep(3.0)
            for process in workers:
                process.terminate()
                assert process.wait(60) == 0
        finally:
            for process in workers:
                process.kill()
                process.wait()
                assert process.stdout is not None
                process.stdout.close()
        numbers = site.stored()
        assert len(numbers) == len(set(numbers)), "stored twice"
        assert set(numbers) == set(range(batches * 10)), "lost"
        assert found(site.state) == calm(tmp_path, site.rules, batches)


def test_workers_need_servers_that_they_can_share(tmp_path: Path) -> None:
    parts = WorkerParts(
        lambda *_about: MemoryStore(),
        lambda _settings: SimpleNamespace(),
        Steps(parse_record, to_event, redact),
    )  # type: ignore[arg-type, return-value]
    for settings in (
        Settings(data_dir=tmp_path),
        Settings(data_dir=tmp_path, journal_url="nats://x", state_url="postgresql://x"),
    ):
        with pytest.raises(WorkerSettingsError, match="store_url"):
            Worker(msgspec.structs.replace(settings), parts)
