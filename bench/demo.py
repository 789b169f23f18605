"""Plays the demo for a minute by its real receivers and prints what it took to see, and how late alerts were."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

SECONDS = 60
PORTS = ["--port", "18980", "--ingest-port", "18920", "--syslog-port", "18514"]


def main() -> int:
    """Run `keng up --demo` as a user does; 0 if it played."""
    keng = Path(sys.executable).parent / "keng"
    with tempfile.TemporaryDirectory(prefix="keng-bench-") as folder:
        words = ["up", "--demo", "--duration", str(SECONDS), "--json", "--data", f"{folder}/demo", *PORTS]
        done = subprocess.run([keng, *words], stdout=subprocess.PIPE, text=True, timeout=300, check=False)
    if done.returncode:
        return done.returncode
    summary = json.loads(done.stdout.splitlines()[-1])
    rows = [
        ("start to the first alert", f"{summary['first_alert_s']} s", "120 s"),
        ("received to alert visible, 99 %", f"{summary['latency_p99_s']} s", "2 s"),
        (
            "records received / stored / unparsed",
            f"{summary['received']} / {summary['stored']} / {summary['unparsed']}",
            "",
        ),
        ("alerts", str(sum(summary["alerts"].values())), ""),
        ("agencies that confirmed the warning", str(summary["confirmed"]), ""),
    ]
    for what, figure, bar in rows:
        print(f"{what:<40} {figure:<28} {'bar ' + bar if bar else ''}".rstrip())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
