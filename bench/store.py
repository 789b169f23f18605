"""The event store: rows a second in, milliseconds out, bytes on disk. `python -m bench.store [EVENTS]` (default 1,000,000).

The query condition cache is off: it would answer a repeated search from memory.
"""

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from bench.events import NEEDLE, events
from keng.normalise.ocsf import hot_columns
from keng.store.chdb import ChdbStore
from keng.store.limits import Limits
from keng.store.query import SearchQuery
from keng.store.search import parse_search

BATCH = 5_000
DAYS = 3
NOW = 1_790_000_000_000_000
REPEATS = 5


def main(number: int) -> None:
    """Fill a fresh store and search it."""
    step = DAYS * 86_400 * 10**6 // number
    with tempfile.TemporaryDirectory(prefix="keng-bench-") as folder:
        store = ChdbStore(Path(folder) / "events", hot_columns, Limits(condition_cache=False, seconds=60))
        try:
            source = events(number, NOW - number * step, step)
            spent = cpu = raw = 0.0
            while batch := list(islice(source, BATCH)):
                raw += sum(len(event.raw) for event in batch)
                begin, begin_cpu = time.perf_counter(), time.process_time()
                store.insert(batch)
                spent += time.perf_counter() - begin
                cpu += time.process_time() - begin_cpu
            print(
                f"{number:,} events of {raw / number:.0f} bytes raw, in batches of {BATCH:,}, over {DAYS} days"
            )
            print(
                f"insert, durable             {number / spent:12,.0f} rows/s   ({cpu / number * 1e6:.1f} µs CPU each, merges beside)"
            )
            print(f"on disk, with indexes       {store.size_bytes() / number:12,.0f} bytes/event")
            print(
                f"memory, at most             {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:12,.0f} MiB"
            )
            searches(store)
        finally:
            store.close()


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

    cases: list[tuple[str, Callable[[], int]]] = [
        ("newest 100", page("")),
        ("newest 100 of one agency", page("", frozenset({"syt"}))),
        ("host, last day, 100 newest", page("host:syt-dc01 last 1d")),
        ("field of the log, last day", page("TargetUserName:an.nv last 1d")),
        ("field of the log, count all", count("LogonType:10")),
        ("word over everything, rare", page(NEEDLE)),
        ("word over everything, none", page("mimikatz")),
        ("word over everything, common", page("powershell")),
        ("part of a word", page("ask77777*")),
        ("command with wildcards", page("command:*task7777*")),
        ("address range, count", count("src:10.1.0.0/16")),
        ("user and not word, last day", page("user:an.nv NOT powershell last 1d")),
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
    print(f"\n{'search':30} {'median ms':>10} {'worst ms':>10} {'found':>10}")
    for name, run in cases:
        times = []
        found = 0
        for _repeat in range(REPEATS):
            begin = time.perf_counter()
            found = run()
            times.append((time.perf_counter() - begin) * 1000)
        print(f"{name:30} {statistics.median(times):10.1f} {max(times):10.1f} {found:10,}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1].replace(",", "").replace("_", "")) if len(sys.argv) > 1 else 1_000_000)
