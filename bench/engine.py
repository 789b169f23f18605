"""Throughput of the Sigma engine on one core, beside the time of orjson alone.

`python -m bench.engine [EVENTS]` takes all rules and all EVTX samples of ../shared/data, repeats the events with
variation (times, process ids, GUIDs, hosts, users; every third command line gets a new argument) and measures
parsing, flattening, matching and reporting. Prints a table; the share of each step comes from separate passes.
"""

import gc
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import evtx
import orjson

from keng.detect.sigma import Engine, RuleSet, load_rules
from keng.model.event import Event
from keng.normalise.windows import windows_event

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
RULE_FOLDERS = ("rules", "rules-emerging-threats", "rules-threat-hunting")
BATCH = 500


def all_rules(cache: Path | None) -> RuleSet:
    """All of SigmaHQ."""
    return load_rules([SHARED / "sigma" / folder for folder in RULE_FOLDERS], cache)


def sample_lines() -> list[bytes]:
    """Every event of the EVTX samples as JSON."""
    lines = []
    for folder in ("evtx-attack-samples", "sigma/regression_data"):
        for path in sorted((SHARED / folder).rglob("*.evtx")):
            lines.extend(record["data"].encode() for record in evtx.PyEvtxParser(str(path)).records_json())
    return lines


def varied(lines: Sequence[bytes], count: int, seed: int = 1) -> list[bytes]:
    """`count` events: the lines again and again, each time with other ids, times, hosts, users and arguments."""
    chance = random.Random(seed)
    records = [orjson.loads(line) for line in lines]
    out = []
    while len(out) < count:
        record = chance.choice(records)
        event = record["Event"]
        system = dict(
            event["System"], EventRecordID=chance.randrange(1 << 24), Computer=f"PC{chance.randrange(300):03}"
        )
        data = event.get("EventData")
        if isinstance(data, dict):
            data = dict(data)
            for name, value in data.items():
                if name.endswith("Guid"):
                    data[name] = (
                        f"747F3D96-{chance.randrange(1 << 16):04X}-5F88-0000-{chance.randrange(1 << 40):012X}"
                    )
                elif name in ("ProcessId", "ParentProcessId", "SourceProcessId", "TargetProcessId"):
                    data[name] = chance.randrange(4, 30_000)
                elif name == "UtcTime":
                    data[name] = (
                        f"2025-11-{chance.randrange(1, 28):02} 10:{chance.randrange(60):02}:11.{chance.randrange(999):03}"
                    )
                elif name in ("User", "SubjectUserName", "TargetUserName") and chance.random() < 0.5:
                    data[name] = f"PROVINCE\\user{chance.randrange(500)}"
                elif name == "CommandLine" and isinstance(value, str) and chance.random() < 0.33:
                    data[name] = f"{value} {chance.randrange(1 << 32):x}"
        out.append(orjson.dumps({"Event": {**event, "System": system, "EventData": data}}))
    return out


def to_event(record: dict[str, Any]) -> Event:
    """The way of an EVTX record into the engine."""
    flat = windows_event(record)
    return Event(flat.fields, flat.logsource, flat.time_us, flat.host)


def timed(work: Callable[[], object]) -> float:
    """Best of three, seconds of CPU (this one thread), so that other work on the machine counts little."""
    best = float("inf")
    for _ in range(3):
        gc.collect()
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


def main(count: int = 60_000) -> None:
    """Measure and print; without the shared data there is nothing to measure."""
    if not (SHARED / "sigma").is_dir():
        print("needs ../shared/data beside the project: rules and logs that are not part of it")
        return
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        Engine(all_rules(Path(folder)))
        cold = time.process_time() - started
        started = time.process_time()
        ruleset = all_rules(Path(folder))
        engine = Engine(ruleset)
        warm = time.process_time() - started
    lines = varied(sample_lines(), count)
    size = sum(map(len, lines)) / len(lines)
    batches = [lines[start : start + BATCH] for start in range(0, len(lines), BATCH)]

    def parse() -> None:
        for batch in batches:
            for line in batch:
                orjson.loads(line)

    def normalise() -> None:
        for batch in batches:
            [to_event(orjson.loads(line)) for line in batch]

    found = 0

    def everything() -> None:
        nonlocal found
        found = 0
        for batch in batches:
            found += len(engine.match([to_event(orjson.loads(line)) for line in batch]))

    first = time.process_time()
    everything()
    first = time.process_time() - first
    events = [to_event(orjson.loads(line)) for line in lines]
    parts = {
        "orjson alone": timed(parse),
        "with flattening": timed(normalise),
        "with matching": timed(everything),
    }
    fresh = Engine(ruleset)
    started = time.process_time()
    for start in range(0, len(events), BATCH):
        fresh.match(events[start : start + BATCH])
    cold_match = time.process_time() - started
    print(f"rules {len(ruleset.rules)}, start cold {cold:.2f} s, from cache {warm:.2f} s")
    print(f"events {count}, {size:.0f} bytes each, {found / count:.2f} detections an event")
    for name, seconds in parts.items():
        print(
            f"{name:24} {count / seconds:12,.0f} events/s   {seconds / parts['orjson alone']:5.1f} x orjson"
        )
    print(f"{'first pass, cold caches':24} {count / first:12,.0f} events/s")
    print(f"{'matching, cold engine':24} {count / cold_match:12,.0f} events/s")
    matching = parts["with matching"] - parts["with flattening"]
    print(f"{'matching alone':24} {count / matching:12,.0f} events/s")
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60_000)
