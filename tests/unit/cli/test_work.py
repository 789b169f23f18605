"""`keng work`: its help and its refusals."""

import os
import subprocess
import sys
from pathlib import Path

KENG = Path(sys.executable).parent / "keng"


def test_help_and_what_is_missing_are_said(tmp_path: Path) -> None:
    environment = {**os.environ, "KENG_LANG": "vi"}
    shown = subprocess.run(
        [KENG, "work", "--help"], capture_output=True, text=True, env=environment, timeout=60
    )
    assert "chia việc" in shown.stdout or "song song" in shown.stdout
    done = subprocess.run(
        [KENG, "work", "--data", tmp_path], capture_output=True, text=True, env=environment, timeout=60
    )
    assert done.returncode == 1
    assert "store_url" in done.stderr
