"""Kẻng's engine beside pySigma's DuckDB backend and azuma, on the same attack samples, in one run on this machine.

`python -m bench.peers PYTHON [EVENTS]`: PYTHON is the interpreter of an environment with the dependency group
`peers` (`python -m venv build/peers && build/peers/bin/pip install --group peers orjson`). CPU seconds of one
thread after the rules are loaded: reading the events, matching, writing what was found.

Peers get the events flattened by us, a service: they map no fields and know no log sources, so what they find
is another number. DuckDB gets better with more events, a query has its fixed price; azuma stops after half a
minute, its price is per event.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import orjson

from bench.engine import BATCH, CACHE, Run, attack
from bench.logs import RULE_FOLDERS, all_rules
from keng.detect.sigma import Engine
from keng.formats.record import parse_record
from keng.model.record import Record
from keng.normalise.normalise import to_event

PEERS = {
    "pySigma, DuckDB backend": "peer_duckdb.py",
    "azuma": "peer_azuma.py",
}


def main(words: list[str]) -> int:
    """Print the table."""
    if not words or not Path(words[0]).exists() or not RULE_FOLDERS[0].is_dir():
        print("needs the interpreter of the peers' environment and ../shared/data; see the module's text")
        return 2
    count = int(words[1]) if len(words) > 1 else 20_000
    lines = attack(count * 2)
    lines, others = lines[:count], lines[count:]
    print(
        f"{'engine':<26}{'rules':>7}{'events':>9}{'CPU s':>8}{'events/s':>11}{'found':>8}"
        f"  Kẻng is faster by (fresh; running)"
    )
    engine = Engine(all_rules(CACHE))
    rates = []
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
        with flat.open("wb") as out:
            for start in range(0, len(lines), BATCH):
                for line in lines[start : start + BATCH]:
                    if isinstance(record := parse_record(line), Record):
                        out.write(orjson.dumps(to_event(record).fields) + b"\n")
        for name, script in PEERS.items():
            command = [words[0], str(Path(__file__).parent / script), str(flat), *map(str, RULE_FOLDERS)]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
            told = json.loads(done.stdout)
            rate = told["events"] / told["seconds"]
            print(
                f"{name:<26}{told['rules']:>7}{told['events']:>9,}{told['seconds']:>8.2f}{rate:>11,.0f}"
                f"{told['found']:>8,}  {rates[0] / rate:,.0f} x; {rates[1] / rate:,.0f} x",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
