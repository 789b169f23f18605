"""`make bench`: runs each measurement in a process of its own and prints its table."""

import subprocess
import sys
import time

# name → what it answers; each is a module `bench.<name>` that prints a table and exits 0.
BENCHES = {
    "engine": "Sigma engine: events a second on one core with all rules, against orjson alone",
    "conformance": "Sigma engine against exhaustive evaluation: pairs of rule and event, and in how many they differ",
    "expressions": "Regular expressions: the slowest of all rules on 64 KiB of adversarial text, in milliseconds",
    "peers": "Sigma engine beside pySigma's DuckDB backend, azuma and RSigma: events a second, factor",
    "memory": "Sigma engine: memory over millions of events that are never the same twice",
    "scan": "keng scan: files to report, end to end",
    "store": "event store: rows a second in, milliseconds out",
    "ingest": "centre: events a second from bulk request to stored and detected, sender beside it",
    "receivers": "HTTP receivers: processor time of the server for an event, by protocol",
    "silence": "silent log sources over 18 simulated weeks: false alarms, missed alarms, delay, by kind of source",
    "send": "keng send: lines a second of processor time, and memory",
    "work": "keng work: events a second with 1, 2 and 4 workers on NATS and PostgreSQL",
    "retro": "retro-hunt: all rules over stored events in one pass, against one query a rule",
    "demo": "demo: seconds from start to the first alert, delay from event to alert",
}


def main(names: list[str]) -> int:
    """Run the named measurements (all if none is named); the number of failed ones is the exit code."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"no such measurement: {', '.join(unknown)}; there are: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    failed = 0
    for name in names or BENCHES:
        print(f"\n== {name}: {BENCHES[name]}", flush=True)
        start = time.monotonic()
        code = subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode
        failed += code != 0
        print(
            f"-- {name}: {'done' if code == 0 else f'failed with {code}'} in {time.monotonic() - start:.1f} s",
            flush=True,
        )
    return failed


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
