"""Throughput of the Sigma engine on one core with all of SigmaHQ, beside the time of orjson alone.

`python -m bench.engine [EVENTS]` measures three inputs, each in a fresh process with a fresh engine. Half as many
other events of the same kind go before, unmeasured, so that what is printed is the steady state on events never
seen before; the cold first pass over them is printed beside. A record takes the way of `keng scan`:

    sieve       JSON at a glance: is it any rule's business? If not, that is all; what is not JSON goes on
    parse       bytes to a record (format recognised, JSON read)
    normalise   record to an event with Sigma's fields and log source
    match       all rules, exact
    report      each detection as a line of JSON, the event with it

CPU seconds of this one thread, so that other work on the machine counts little. `orjson alone`: `orjson.loads` on
the same records, best of three; where some records are no JSON, both times are of those that are.
"""

import gc
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

import orjson

from bench.logs import SHARED, all_rules, attack_samples, flat_samples, quiet_mix, shuffled, varied
from keng.detect.sigma import Engine
from keng.formats.record import parse_record
from keng.model.record import Record
from keng.normalise.normalise import to_event
from keng.scan.sieve import FileSieve
from keng.scan.sinks import JsonLines

BATCH = 128
STEPS = ("sieve", "parse", "normalise", "match", "report")
CACHE = Path(tempfile.gettempdir()) / "keng-bench-rules"


def attack(count: int) -> list[bytes]:
    return list(islice(varied(attack_samples()), count))


def flat(count: int) -> list[bytes]:
    return shuffled(list(flat_samples()))[:count]


INPUTS: dict[str, tuple[str, Callable[[int], list[bytes]]]] = {
    "attack": ("attack samples, varied", attack),
    "flat": ("flat OTRF events", flat),
    "mix": ("quiet mix of a province", quiet_mix),
}


class _Nowhere:
    """Takes what is reported and counts its bytes."""

    size = 0

    def write(self, data: bytes) -> int:
        self.size += len(data)
        return len(data)


class Run:
    """One engine over batches of records. seconds: CPU by step; found: detections."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sieve = FileSieve(engine)
        self.seconds = dict.fromkeys(STEPS, 0.0)
        self.found = self.events = 0

    def over(self, lines: Sequence[bytes]) -> float:
        """CPU seconds of all steps together."""
        report = JsonLines(_Nowhere())  # type: ignore[arg-type]
        clock = time.process_time
        before = sum(self.seconds.values())
        for start in range(0, len(lines), BATCH):
            batch = lines[start : start + BATCH]
            times = [clock()]
            kept = self._sieve.sift(batch).kept
            times.append(clock())
            records = [record for place in kept if isinstance(record := parse_record(batch[place]), Record)]
            times.append(clock())
            events = [to_event(record) for record in records]
            times.append(clock())
            detections = self._engine.match(events)
            times.append(clock())
            for detection in detections:
                report.take(detection)
            times.append(clock())
            self.found += len(detections)
            self.events += len(batch)
            for step, begin, end in zip(STEPS, times, times[1:], strict=False):
                self.seconds[step] += end - begin
        return sum(self.seconds.values()) - before


def orjson_alone(lines: Sequence[bytes]) -> float:
    """CPU seconds, best of three."""
    best = float("inf")
    for _ in range(3):
        gc.collect()
        started = time.process_time()
        for line in lines:
            orjson.loads(line)
        best = min(best, time.process_time() - started)
    return best


def measure(name: str, count: int) -> None:
    """One input in this process; prints its row."""
    title, make = INPUTS[name]
    lines = make(count * 3 // 2)
    first, rest = lines[: len(lines) // 3], lines[len(lines) // 3 :]
    engine = Engine(all_rules(CACHE))
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)  # as keng scan does
    cold = len(first) / Run(engine).over(first)
    run = Run(engine)
    seconds = run.over(rest)
    json = [line for line in rest if line[:1] == b"{"]
    alone = orjson_alone(json)
    share = Run(engine).over(json) / alone if len(json) < len(rest) else seconds / alone
    size = sum(map(len, rest)) / len(rest)
    steps = "  ".join(f"{run.seconds[step] / seconds:5.0%}" for step in STEPS)
    print(
        f"{title:<26}{len(rest):>8,}{size:>7.0f}{run.found / len(rest):>7.2f}{len(rest) / seconds:>10,.0f}"
        f"{len(json) / alone:>11,.0f}{share:>8.1f} x {steps}{cold:>10,.0f}"
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10:>6}",
        flush=True,
    )


def start() -> None:
    """How long it takes to have an engine, in this process; prints it."""
    started = time.process_time()
    engine = Engine(all_rules(CACHE))
    print(f"{len(engine.ruleset.rules)} rules, ready after {time.process_time() - started:.2f} s", flush=True)


def main(words: list[str]) -> None:
    """Measure and print; without the shared data there is nothing to measure."""
    if not (SHARED / "sigma").is_dir():
        print("needs ../shared/data beside the project: rules and logs that are not part of it")
        return
    if words == ["start"]:
        start()
        return
    if len(words) == 2:
        measure(words[0], int(words[1]))
        return
    count = int(words[0]) if words else 40_000
    for old in CACHE.glob("*.cache"):
        old.unlink()
    for kind in ("compiled anew", "from the cache"):
        print(f"{kind}: ", end="", flush=True)
        subprocess.run([sys.executable, "-m", "bench.engine", "start"], check=True)
    print(
        f"{'input':<26}{'events':>8}{'bytes':>7}{'found':>7}{'events/s':>10}{'orjson/s':>11}{'ratio':>10}"
        f" {'  '.join(STEPS)}{'cold/s':>9}{'MiB':>6}"
    )
    for name in INPUTS:
        subprocess.run([sys.executable, "-m", "bench.engine", name, str(count)], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
