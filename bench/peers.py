"""Kẻng's engine beside other Sigma engines, on the same attack samples, in one run on this machine.

`python -m bench.peers [EVENTS] [PYTHON]` (20,000; build/peers/bin/python). PYTHON is the interpreter of an environment
with the dependency group `peers`, which `make bench` and `make bench-peers` install from PyPI. RSigma is taken where
`rsigma` is on the PATH (`cargo install rsigma --locked`). A peer that is not there is named with how to get it.
CPU seconds after the rules are loaded: reading the events, matching, writing what was found.

Peers get the events flattened by us, a service: they map no fields and know no log sources, so what they find
is another number. DuckDB gets better with more events, a query has its fixed price; azuma stops after half a
minute, its price is per event. RSigma's loading is measured with a single event and taken off.
"""

import json
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import orjson

from bench.engine import CACHE, Run, attack
from bench.logs import RULE_FOLDERS, all_rules
from keng.detect.sigma import Engine
from keng.formats.record import parse_record
from keng.model.record import Record
from keng.normalise.normalise import to_event

PYTHON = Path(__file__).resolve().parents[1] / "build" / "peers" / "bin" / "python"
PEERS = {
    "pySigma, DuckDB backend": "peer_duckdb.py",
    "azuma": "peer_azuma.py",
}


def main(words: list[str]) -> int:
    """Print the table. words: how many events, and the peers' interpreter, both may be left out."""
    if not RULE_FOLDERS[0].is_dir():
        print("needs ../shared/data beside the project: rules and logs that are not part of it")
        return 0
    count = next((int(word.replace("_", "")) for word in words if word.replace("_", "").isdigit()), 20_000)
    python = next((Path(word) for word in words if not word.replace("_", "").isdigit()), PYTHON)
    lines = attack(count * 2)
    lines, others = lines[:count], lines[count:]
    print(
        f"{'engine':<26}{'rules':>7}{'events':>9}{'CPU s':>8}{'events/s':>11}{'found':>8}"
        f"  Kẻng is faster by (fresh; running)"
    )
    engine = Engine(all_rules(CACHE))
    rates, failed = [], 0
    for title, part in (("Kẻng, fresh, same events", lines), ("Kẻng, running, others", others)):
        run = Run(engine)
        seconds = run.over(part)
        rates.append(run.events / seconds)
        print(
            f"{title:<26}{len(engine.ruleset.rules):>7}{run.events:>9,}{seconds:>8.2f}{rates[-1]:>11,.0f}"
            f"{run.found:>8,}",
            flush=True,
        )
    with tempfile.TemporaryDirectory() as folder:
        flat = Path(folder) / "events.ndjson"
        _flatten(lines, flat)
        if python.exists():
            for name, script in PEERS.items():
                command = [
                    str(python),
                    "-P",
                    str(Path(__file__).parent / script),
                    str(flat),
                    *map(str, RULE_FOLDERS),
                ]
                done = subprocess.run(command, capture_output=True, check=False)
                if done.returncode:
                    failed += 1
                    last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
                    print(f"{name:<26}failed: {' '.join(last)[:200]}", flush=True)
                else:
                    _row(name, json.loads(done.stdout), rates)
        else:
            print(f"{', '.join(PEERS)}: left out, `make bench-peers` installs them from PyPI")
        if program := shutil.which("rsigma"):
            _row("RSigma", _rsigma(program, flat), rates)
        else:
            print("RSigma: left out, `cargo install rsigma --locked` builds it; then put it on the PATH")
    return failed


def _flatten(lines: list[bytes], out: Path) -> None:
    """The events as peers want them: one flat object a line."""
    with out.open("wb") as file:
        for line in lines:
            if isinstance(record := parse_record(line), Record):
                file.write(orjson.dumps(to_event(record).fields) + b"\n")


def _row(name: str, told: dict[str, float], rates: list[float]) -> None:
    rate = told["events"] / told["seconds"]
    print(
        f"{name:<26}{told['rules']:>7}{told['events']:>9,}{told['seconds']:>8.2f}{rate:>11,.0f}"
        f"{told['found']:>8,}  {rates[0] / rate:,.1f} x; {rates[1] / rate:,.1f} x",
        flush=True,
    )


def _rsigma(program: str, flat: Path) -> dict[str, float]:
    """RSigma's command over the file: user and system time, without that of loading the rules."""
    one = flat.with_name("one.ndjson")
    with flat.open("rb") as lines:
        one.write_bytes(lines.readline())
    spent, found, told = [], 0, ""
    for events in (one, flat):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [program, "engine", "eval", "--rules", str(RULE_FOLDERS[0].parent), "--event", f"@{events}"],
            capture_output=True,
            check=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        found, told = done.stdout.count(b"\n"), done.stderr.decode(errors="replace")
    rules = next((int(line.split()[1]) for line in told.splitlines() if line.startswith("Loaded ")), 0)
    with flat.open("rb") as lines:
        events_in = sum(1 for _line in lines)
    return {"events": events_in, "seconds": max(spent[1] - spent[0], 0.01), "rules": rules, "found": found}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
