"""`keng send`: its help and its refusals, in both languages."""

import os
import subprocess
import sys
from pathlib import Path

KENG = Path(sys.executable).parent / "keng"


def keng(*words: str, language: str = "vi") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [KENG, "send", *words],
        capture_output=True,
        text=True,
        env={**os.environ, "KENG_LANG": language},
        timeout=60,
    )


def test_the_help_is_in_the_readers_language() -> None:
    assert "Thư mục chứa bộ nhớ vị trí" in keng("--help").stdout
    assert "Folder of the memory" in keng("--help", language="en").stdout


def test_what_is_missing_is_named() -> None:
    done = keng("/var/log")
    assert done.returncode == 2
    assert "--to" in done.stderr
    done = keng("--to", "http://127.0.0.1:1", "/var/log", language="en")
    assert done.returncode == 2
    assert "no token" in done.stderr
