"""The event store: rows a second in, bytes on disk, milliseconds out. `python -m bench.store [--events N]` (10,000,000).

Made-up Windows events of 1.1 KB (bench/events.py), every GUID, number and time its own, go through the real insert in
batches of the pipeline's size. CPU is the whole process's; merges run in spare time (nice 19), so inserting is measured
without them, and both together. Sizes: when the last batch is in, and when merges have come to rest, as they do by themselves. The query condition
cache is off: it would answer a repeated search from memory. The file cache is warm.
"""

import argparse
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from bench.events import NEEDLE, events
from keng.model.event import Event
from keng.normalise.ocsf import hot_table
from keng.store.chdb import ChdbStore
from keng.store.limits import Limits
from keng.store.query import SearchQuery
from keng.store.search import parse_search
from keng.store.sql import SqlQuery, parse_sql

BATCH = 5_000
DAYS = 3
NOW = 1_790_000_000_000_000
REPEATS = 15
REST_S = 900
ALONE = 400_000
EVENTS = 10_000_000
MIB = 1024 * 1024
BARS = {
    "newest 100": "100",
    "newest 100 of one agency": "100",
    "host, last day, 100 newest": "300",
    "field of the log, last day": "300",
    "field of the log, last day, count": "300",
    "word over everything, rare": "300",
    "word over everything, none": "300",
    "word over everything, common": "300",
    "word over everything, count": "300",
    "by hour and agency, everything": "800",
}


def main(number: int, folder: str | None) -> None:
    """Fill a fresh store and search it."""
    with tempfile.TemporaryDirectory(prefix="keng-bench-", dir=folder) as place:
        store = ChdbStore(Path(place) / "events", hot_table, Limits(condition_cache=False, seconds=60))
        try:
            fill(store, number)
            searches(store)
        finally:
            store.close()


def fill(store: ChdbStore, number: int) -> None:
    """Insert the events and print what it took."""
    step = DAYS * 86_400 * 10**6 // number
    source = events(number, NOW - number * step, step)
    alone = min(ALONE, number // 2)
    connection = store.connection()
    print(f"{number:,} events in batches of {BATCH:,}, over {DAYS} days")
    connection.rows("SYSTEM STOP MERGES")
    first = _insert(store, islice(source, alone))
    row("raw text", f"{first.raw / first.events:.0f} bytes/event")
    row("insert, CPU, without merges", f"{first.cpu_s / first.events * 1e6:.1f} µs/event")
    row("insert, durable, without merges", f"{first.events / first.wall_s:,.0f} rows/s")
    connection.rows("SYSTEM START MERGES")
    begin = time.process_time()
    rest = _insert(store, source)
    row("insert, durable, merges beside", f"{rest.events / rest.wall_s:,.0f} rows/s")
    row("on disk when the last batch is in", f"{store.size_bytes() / number:.0f} bytes/event")
    waited = time.monotonic()
    while merges(store) and time.monotonic() - waited < REST_S:
        time.sleep(0.5)
    row("on disk at rest, indexes included", f"{store.size_bytes() / number:.0f} bytes/event")
    both = (first.cpu_s + time.process_time() - begin - rest.generated_s) / number * 1e6
    row("insert and merges, CPU", f"{both:.1f} µs/event")
    row("memory, at most", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MIB:,.0f} MiB")
    connection.close()


class Spent(NamedTuple):
    """What inserting took. generated_s: CPU of the generator (and of merges beside it)."""

    events: int
    raw: int
    wall_s: float
    cpu_s: float
    generated_s: float


def _insert(store: ChdbStore, source: Iterator[Event]) -> Spent:
    number = raw = 0
    wall = cpu = generated = 0.0
    while True:
        begin = time.thread_time()
        batch = list(islice(source, BATCH))
        generated += time.thread_time() - begin
        if not batch:
            return Spent(number, raw, wall, cpu, generated)
        begin_wall, begin_cpu = time.perf_counter(), time.process_time()
        store.insert(batch)
        wall += time.perf_counter() - begin_wall
        cpu += time.process_time() - begin_cpu
        number += len(batch)
        raw += sum(len(event.raw) for event in batch)


def row(name: str, value: str) -> None:
    """A line of the first table."""
    print(f"{name:36} {value:>20}", flush=True)


def merges(store: ChdbStore) -> int:
    """How many merges run, looked at twice: the next one may be about to begin."""
    connection = store.connection()
    try:
        running = 0
        for _look in range(2):
            running += connection.rows("SELECT count() AS n FROM system.merges")[0]["n"]
            time.sleep(0.7)
        return running
    finally:
        connection.close()


def searches(store: ChdbStore) -> None:
    """Latencies: the median of several runs each."""

    def query(text: str) -> SearchQuery:
        parsed = parse_search(text, NOW)
        assert isinstance(parsed, SearchQuery), parsed
        return parsed

    def page(text: str, agencies: frozenset[str] | None = None) -> Callable[[], int]:
        return lambda: len(store.search(query(text), agencies).events)

    def count(text: str) -> Callable[[], int]:
        return lambda: store.count(query(text), None)

    hours = parse_sql(
        "SELECT toStartOfHour(time) AS hour, agency, count() AS n FROM events GROUP BY hour, agency"
    )
    assert isinstance(hours, SqlQuery), hours

    def by_hour_and_agency() -> int:
        return len(store.sql(hours, None).rows)

    cases: list[tuple[str, Callable[[], int]]] = [
        ("newest 100", page("")),
        ("newest 100 of one agency", page("", frozenset({"syt"}))),
        ("host, last day, 100 newest", page("host:syt-dc01 last 1d")),
        ("field of the log, last day", page("TargetUserName:an.nv last 1d")),
        ("field of the log, last day, count", count("TargetUserName:an.nv last 1d")),
        ("field of the log, count all", count("LogonType:10")),
        ("word over everything, rare", page(NEEDLE)),
        ("word over everything, none", page("mimikatz")),
        ("word over everything, common", page("powershell")),
        ("word over everything, count", count("powershell")),
        ("part of a word", page("ask77777*")),
        ("command with wildcards", page("command:*task7777*")),
        ("address range, count", count("src:10.1.0.0/16")),
        ("user and not word, last day", page("user:an.nv NOT powershell last 1d")),
        ("by hour and agency, everything", by_hour_and_agency),
        ("histogram, everything", lambda: len(store.histogram(query(""), None, 60))),
        ("histogram of a word", lambda: len(store.histogram(query("powershell"), None, 60))),
        ("top processes, everything", lambda: len(store.top_values(query(""), "process", None))),
        ("top of a log field, last day", lambda: len(store.top_values(query("last 1d"), "LogonType", None))),
        (
            "what a host did, ± 5 min",
            lambda: len(store.host_activity("syt-dc01", NOW - 10**10, 3 * 10**8, None)),
        ),
        ("counts by source, all", lambda: len(store.counts_by_source(0))),
    ]
    print(f"\n{'search':34} {'p50 ms':>8} {'p95 ms':>8} {'bar ms':>7} {'found':>11}")
    for name, run in cases:
        times = []
        found = 0
        for _repeat in range(REPEATS):
            begin = time.perf_counter()
            found = run()
            times.append((time.perf_counter() - begin) * 1000)
        p95 = statistics.quantiles(times, n=20)[-1]
        bar = BARS.get(name, "")
        print(f"{name:34} {statistics.median(times):8.1f} {p95:8.1f} {bar:>7} {found:11,}", flush=True)


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument(
        "--events", type=lambda text: int(text.replace(",", "").replace("_", "")), default=EVENTS
    )
    reader.add_argument("--folder", help="where the store is made (a temporary folder otherwise)")
    chosen = reader.parse_args()
    main(chosen.events, chosen.folder)
    sys.exit(0)
