"""Workers beside one another: events a second with 1, 2 and 4 of them, on real NATS and PostgreSQL.

`python -m bench.work [--events 60000] [--workers 1,2,4]` puts Windows events of 12 agencies into the stream, starts the
workers (with our own rules), and counts from when all have loaded them
until every cursor has passed the end. The event store is the tests' stand-in for ClickHouse's HTTP interface, one process for
all, so it is a part of what is measured. Figures of a machine with fewer cores than workers + 3 say little.
"""

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.servers.clickhouse import ClickHouseFixture
from tests.servers.nats import NatsServer
from tests.servers.postgresql import PostgresServer

from bench.events import events
from bench.ingest import document
from keng.journal.jetstream import JetStreamJournal
from keng.model.agency import Agency, LogSourceEntry, Register
from keng.model.batch import Batch
from keng.runtime.worker import name_of
from keng.state import cursors
from keng.state.database import open_state
from keng.state.register import load_register

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "sigma" / "rules"
BATCH = 500
AGENCIES = [f"agency-{n}" for n in range(12)]
WORKER = """
import sys, time
from pathlib import Path
from keng.runtime.settings import Settings
from keng.runtime.worker import Worker
from keng.runtime.working import default_worker_parts
data, journal, state, store, rules, go = sys.argv[1:]
settings = Settings(data_dir=Path(data), journal_url=journal, state_url=state, store_url=store, rules=tuple(Path(r) for r in rules.split(":") if r))
settings.cache_dir.mkdir(parents=True, exist_ok=True)
worker = Worker(settings, default_worker_parts())
print("ready", flush=True)
while not Path(go).exists():
    time.sleep(0.01)
worker.run()
"""


def processor_s(processes: list[subprocess.Popen[str]]) -> float:
    """Seconds of processor time that the processes have taken."""
    ticks = 0
    for process in processes:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measure(workers: int, total: int, folder: Path, sigmahq: bool) -> tuple[float, float]:
    """Events a second by the clock, and the workers' processor time after loading."""
    nats, postgres, clickhouse = (
        NatsServer(folder),
        PostgresServer(),
        ClickHouseFixture(folder / "clickhouse"),
    )
    processes: list[subprocess.Popen[str]] = []
    try:
        state_url = postgres.fresh()
        state = open_state(state_url)
        register = Register(
            agencies=tuple(Agency(name, name, name) for name in AGENCIES),
            sources=tuple(LogSourceEntry(f"{name}-win", name, "Windows") for name in AGENCIES),
        )
        with state.write() as conn:
            load_register(conn, register, 1)
        journal = JetStreamJournal(nats.url, 4 << 30)
        made = (document(event, n) for n, event in enumerate(events(total, time.time_ns() // 1000, 20)))
        for start in range(0, total, BATCH):
            records = tuple(itertools.islice(made, BATCH))
            agency = AGENCIES[start // BATCH % len(AGENCIES)]
            journal.append(
                [Batch(f"{agency}-win", agency, "elastic_bulk", "b", time.time_ns() // 1000, records)]
            )
        go = folder / "go"
        for number in range(workers):
            arguments = [str(folder / f"data-{number}"), nats.url, state_url, clickhouse.url()]
            rules = str(SHARED) if sigmahq else ""
            processes.append(
                subprocess.Popen(
                    [sys.executable, "-c", WORKER, *arguments, rules, str(go)],
                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=dict(os.environ),
                )
            )  # fmt: skip
        for process in processes:
            assert process.stdout is not None
            while process.stdout.readline() != "ready\n":
                assert process.poll() is None
        last = journal.last_offset()
        before = processor_s(processes)
        go.touch()
        started = time.perf_counter()
        while True:
            with state.read() as conn:
                offsets = cursors.offsets(conn)
            if all(offsets.get(name_of(place), 0) >= last for place in range(16)):
                break
            time.sleep(0.05)
        took = time.perf_counter() - started
        processor = processor_s(processes) - before
        journal.close()
        state.close()
        return total / took, processor
    finally:
        for process in processes:
            process.kill()
            process.wait()
        nats.kill()
        postgres.close()
        clickhouse.stop()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--workers", default="1,2,4")
    parser.add_argument(
        "--sigmahq", action="store_true", help="with all SigmaHQ rules: then alerts are most of the work"
    )
    wanted = parser.parse_args()
    print(f"{os.cpu_count()} cores, {wanted.events} events")
    for workers in map(int, wanted.workers.split(",")):
        with tempfile.TemporaryDirectory(prefix="keng-work-") as folder:
            rate, processor = measure(workers, wanted.events, Path(folder), wanted.sigmahq)
        print(f"{workers} worker(s): {rate:,.0f} events a second; {processor:.1f} s of processor time")


if __name__ == "__main__":
    main()
