"""Searching history: all rules over N stored events in one pass, against the rules' queries one by one.

`python -m bench.retro [EVENTS]` (default 1,000,000; the target is stated for 10,000,000). Fills a fresh store with a quiet
province's history in which one start of a program in 20,000 is an attack, lets the parts merge, and searches it with
all of SigmaHQ (our own where it is not there). The query condition cache is off. The first slice, in which the store compiles the
patterns, is in the total and shown apart. One by one: for a sample of rules a query each for the rule's rarest part,
the least that such a query must do, times the number of rules whose log source is in the history.
"""

import os
import random
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from bench.history import history
from keng.detect.sigma import load_rules
from keng.detect.sigma.retro import Kind, RetroSearch
from keng.formats.recognise import parse_record
from keng.normalise.normalise import to_event
from keng.normalise.ocsf import hot_columns
from keng.normalise.privacy import redact
from keng.resources import rules_dir
from keng.runtime.prepare import Steps
from keng.runtime.retro import Retro
from keng.store.chdb import ChdbStore
from keng.store.history import History, HistoryLimits

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
RULE_FOLDERS = ("rules", "rules-emerging-threats", "rules-threat-hunting")
NOW = 1_790_000_000_000_000
BATCH = 20_000
DAYS = 1
SAMPLE = 25
TARGET = 500_000


def cpu() -> float:
    """Seconds of processor time of this process, its threads included."""
    spent = os.times()
    return spent.user + spent.system


def fill(store: ChdbStore, number: int) -> None:
    """History of some days."""
    step = DAYS * 86_400 * 10**6 // number
    source = history(number, NOW - number * step, step)
    while batch := list(islice(source, BATCH)):
        store.insert(batch)
    link = store.connection()
    link.rows("OPTIMIZE TABLE events FINAL")
    link.close()


def one_by_one(search: RetroSearch, past: History, seed: int = 1) -> tuple[float, float, int]:
    """(wall, processor) seconds of one rule's query over all of history, and how many rules would need one."""
    parts = past.slices(size=1 << 40)
    probes = search.single_probes()
    chosen = random.Random(seed).sample(probes, min(SAMPLE, len(probes)))
    wall = spent = 0.0
    for probe in chosen:
        begin, begin_cpu = time.perf_counter(), cpu()
        for part in parts:
            past.hits(part, probe)
        wall += time.perf_counter() - begin
        spent += cpu() - begin_cpu
    return wall / len(chosen), spent / len(chosen), len(probes)


def main(number: int = 1_000_000) -> None:
    """Fill, search, compare, print."""
    folders = [SHARED / "sigma" / name for name in RULE_FOLDERS] if (SHARED / "sigma").is_dir() else []
    with tempfile.TemporaryDirectory(prefix="keng-bench-") as folder:
        ruleset = load_rules(folders or [rules_dir()], Path(folder) / "cache")
        store = ChdbStore(Path(folder) / "events", hot_columns)
        fill(store, number)
        print(
            f"{number:,} events over {DAYS} days, {len(ruleset.rules):,} rules, {len(ruleset.correlations)} correlations"
        )
        past = History(store.connection(), HistoryLimits(threads=2))
        begin, begin_cpu = time.perf_counter(), cpu()
        retro = Retro(ruleset, past, Steps(parse_record, to_event, redact))
        found, first, seen = 0, 0.0, 0
        for step in retro.run(past.slices()):
            found += len(step.detections)
            if not first:
                first, seen = cpu() - begin_cpu, step.progress.events
        wall, spent = time.perf_counter() - begin, cpu() - begin_cpu
        print(
            f"{'all rules, one pass':32} {number / wall:12,.0f} events/s   {wall:8.1f} s, processor {spent:8.1f} s"
        )
        if number > seen:
            print(
                f"{'  after the first slice':32} {2 * (number - seen) / (spent - first):12,.0f} events/s of two processors' time"
            )
        print(f"{'  first slice, with compiling':32} {first:12.1f} s of processor time for {seen:,} events")
        print(f"found {found:,}; loaded {retro.loaded:,} events; target {TARGET:,} events/s")
        search = RetroSearch(ruleset, past.field_names())
        search.meet(
            {Kind(source, event_id) for part in past.slices() for source, event_id, _n in past.kinds(part)}
        )
        each, each_cpu, rules = one_by_one(search, past)
        print(
            f"one rule's query (mean of {SAMPLE})       {each * 1000:10.1f} ms, processor {each_cpu * 1000:.1f} ms"
        )
        print(
            f"{rules:,} rules one by one, extrapolated: {each * rules:.0f} s = {each * rules / wall:.0f} times the one pass"
        )
        past.close()
        store.close()


if __name__ == "__main__":
    main(int(sys.argv[1].replace(",", "").replace("_", "")) if len(sys.argv) > 1 else 1_000_000)
