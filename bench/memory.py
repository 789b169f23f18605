"""Memory of the engine with all of SigmaHQ over millions of events that are never the same twice.

`python -m bench.memory [EVENTS]` (default 2,000,000; the bar is for 10_000_000, about ten minutes) makes attack samples and a quiet mix with ever new ids, times,
users and arguments, and hostile ones whose every value is new, matches them in batches, and prints the resident
memory as it goes. It ends with an error if memory passed LIMIT_MIB, or grew in the second half by more than GROWTH.
"""

import gc
import random
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import orjson

from bench.engine import BATCH, CACHE
from bench.logs import all_rules, attack_samples, varied
from keng.detect.sigma import Engine
from keng.formats.record import parse_record
from keng.model.record import Record
from keng.normalise.normalise import to_event

LIMIT_MIB = 400
GROWTH = 0.05
HOSTILE = 10
"""One event in so many has only new values."""


def records(seed: int = 1) -> Iterator[bytes]:
    """Without an end."""
    chance = random.Random(seed)
    for number, line in enumerate(varied(attack_samples()[::5], seed)):
        if number % HOSTILE:
            yield line
            continue
        event = orjson.loads(line)["Event"]
        if isinstance(data := event.get("EventData"), dict):
            for name in data:
                data[name] = f"{data[name]} {chance.randrange(1 << 62):x}"
        yield orjson.dumps({"Event": event})


def resident() -> int:
    """MiB that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4 >> 10


def main(count: int) -> int:
    """Print a line each twentieth of the way."""
    engine = Engine(all_rules(CACHE))
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    source = records()
    print(f"{'events':>12}{'found':>12}{'MiB':>6}{'caches hold, MiB':>18}{'match, µs':>11}")
    done = found = 0
    spent = 0.0
    seen: list[int] = []
    step = max(count // 20, BATCH)
    print(f"{0:>12,}{0:>12,}{resident():>6}", flush=True)
    while done < count:
        before = done
        while done - before < step:
            batch = islice(source, BATCH)
            events = [to_event(record) for line in batch if isinstance(record := parse_record(line), Record)]
            started = time.process_time()
            found += len(engine.match(events))
            spent += time.process_time() - started
            done += len(events)
        seen.append(resident())
        print(
            f"{done:>12,}{found:>12,}{seen[-1]:>6}{engine.held_bytes / (1 << 20):>18.0f}{spent / done * 1e6:>11.1f}",
            flush=True,
        )
    half = seen[len(seen) // 2 - 1]
    growth = max(seen[len(seen) // 2 :]) / half - 1 if len(seen) > 1 else 0.0
    print(f"at most {max(seen)} MiB (bar {LIMIT_MIB}); second half against first: {growth:+.1%}")
    return int(max(seen) > LIMIT_MIB or growth > GROWTH)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 2_000_000))
