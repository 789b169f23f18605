"""The demo as a user starts it: real receivers, alerts, an incident, a warning and its confirmations."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

KENG = Path(sys.executable).parent / "keng"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_the_demo_goes_from_logs_to_a_confirmed_warning(tmp_path: Path) -> None:
    words = ["up", "--demo", "--duration", "75", "--json", "--data", str(tmp_path / "demo")]
    ports = ["--port", "--ingest-port", "--syslog-port"]
    for name in ports:
        words += [name, str(free_port())]
    done = subprocess.run(
        [KENG, *words], capture_output=True, text=True, timeout=240, env={**os.environ, "KENG_LANG": "en"}
    )
    assert done.returncode == 0, done.stderr[-3000:]
    summary = json.loads(done.stdout.splitlines()[-1])
    assert summary["sent"] > 10_000
    assert summary["stored"] > 10_000
    assert (summary["unparsed"], summary["rejected"]) == (0, 0)
    assert sum(summary["alerts"].values()) >= 10
    assert summary["alerts"].get("critical", 0) >= 1
    assert summary["incident"].startswith("SC-")
    assert summary["warning"].startswith("CB-")
    assert summary["published"]
    assert summary["confirmed"] >= 3
    assert "KẺNG" in done.stderr
