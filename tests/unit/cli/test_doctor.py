"""The command as a person runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path


def doctor(folder: Path, *options: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    program = "from keng.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, "doctor", "--data", str(folder), *options],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "KENG_LANG": language,
            "COLUMNS": "120",
            "KENG_PORT": "0",
            "KENG_INGEST_PORT": "0",
            "KENG_SYSLOG_PORT": "-1",
        },
        timeout=120,
    )


def test_it_speaks_both_languages_and_json(tmp_path: Path) -> None:
    english = doctor(tmp_path)
    assert english.returncode == 0, english.stderr
    assert "keng up" in english.stdout and "0 broken" in english.stdout
    vietnamese = doctor(tmp_path, language="vi")
    assert "không có trung tâm nào chạy" in vietnamese.stdout
    findings = [json.loads(line) for line in doctor(tmp_path, "--json").stdout.splitlines()]
    assert {"memory", "disk", "rules", "centre"} <= {one["check"] for one in findings}
    assert all(set(one) == {"check", "health", "text", "advice"} for one in findings)
