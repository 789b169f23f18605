"""Searching history: all rules over N stored events in one pass, against the rules' queries one by one.

`python -m bench.retro [EVENTS]` (default 1,000,000; the target is stated for 10,000,000). Fills a fresh store with a quiet
province's history in which one start of a program in 20,000 is an attack, lets the parts merge, and searches it with
all of SigmaHQ (our own where it is not there). The query condition cache is off. Loading the compiled rules is in the
total, the first slice is shown apart. One by one: for a sample of rules a query each for the rule's rarest part alone,
the least that such a query must do, times the number of rules whose log source and fields are in the history.
"""

import os
import random
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from bench.history import history
from keng.detect.sigma import RuleSet, load_rules
from keng.detect.sigma.anchors import Anchor
from keng.detect.sigma.retro import Kind, RetroSearch
from keng.formats.recognise import parse_record
from keng.model.event import LogSource
from keng.normalise.normalise import to_event
from keng.normalise.ocsf import hot_table
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


def queries(ruleset: RuleSet, past: History) -> list[tuple[str, str]]:
    """For each rule whose log source is in history a condition in SQL: its rarest need, the least that its query asks."""
    search = RetroSearch(ruleset, past.field_names())
    index = search.index
    found: dict[int, tuple[str, str]] = {}
    for part in past.slices(size=1 << 40):
        for logsource, event_id, _n in past.kinds(part):
            for rule in search.living(Kind(logsource, event_id)):
                for need, anchors in zip(index.needs_of[rule], index.needs[rule], strict=True):
                    if need in search.own(rule) and "" not in index.fields_of[need] and rule not in found:
                        found[rule] = _source(logsource), " OR ".join(map(_condition, sorted(anchors)))
    return list(found.values())


def _source(logsource: LogSource) -> str:
    return f"product = '{logsource.product}' AND service = '{logsource.service}' AND categories = {list(logsource.categories)}"


def _condition(anchor: Anchor) -> str:
    field = f"fields.`key_{anchor.field}`"
    literal = anchor.literal.replace("\\", "\\\\").replace("'", "\\'")
    if anchor.kind == "regex":
        return f"match({field}, '{literal}')"
    escaped = literal.replace("\\", "\\\\").replace("%", "\\\\%").replace("_", "\\\\_")
    start = "%" if anchor.kind in ("ends", "contains") else ""
    end = "%" if anchor.kind in ("starts", "contains") else ""
    return f"{field} ILIKE '{start}{escaped}{end}'"


def one_by_one(asked: list[tuple[str, str]], store: ChdbStore, seed: int = 1) -> tuple[float, float]:
    """(wall, processor) seconds of one rule's query over all of history, the mean of a sample."""
    chosen = random.Random(seed).sample(asked, min(SAMPLE, len(asked)))
    link = store.connection()
    begin, begin_cpu = time.perf_counter(), cpu()
    for source, condition in chosen:
        link.rows(
            f"SELECT count() FROM events WHERE {source} AND ({condition}) "
            "SETTINGS max_threads = 2, use_query_condition_cache = 0"
        )
    link.close()
    return (time.perf_counter() - begin) / len(chosen), (cpu() - begin_cpu) / len(chosen)


def main(number: int = 1_000_000) -> None:
    """Fill, search, compare, print."""
    folders = [SHARED / "sigma" / name for name in RULE_FOLDERS] if (SHARED / "sigma").is_dir() else []
    with tempfile.TemporaryDirectory(prefix="keng-bench-") as folder:
        ruleset = load_rules(folders or [rules_dir()], Path(folder) / "cache")
        store = ChdbStore(Path(folder) / "events", hot_table)
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
        print(f"{'  first slice, with learning':32} {first:12.1f} s of processor time for {seen:,} events")
        print(f"found {found:,}; loaded {retro.loaded:,} events; target {TARGET:,} events/s")
        asked = queries(ruleset, past)
        each, each_cpu = one_by_one(asked, store)
        print(
            f"one rule's query (mean of {SAMPLE})       {each * 1000:10.1f} ms, processor {each_cpu * 1000:.1f} ms"
        )
        print(
            f"{len(asked):,} rules one by one, extrapolated: {each_cpu * len(asked):.0f} s of processor time = "
            f"{each_cpu * len(asked) / spent:.0f} times the one pass (by the wall clock {each * len(asked) / wall:.0f} times)"
        )
        past.close()
        store.close()


if __name__ == "__main__":
    main(int(sys.argv[1].replace(",", "").replace("_", "")) if len(sys.argv) > 1 else 1_000_000)
