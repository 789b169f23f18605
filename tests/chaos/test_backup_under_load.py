"""Backups of a centre that is receiving: each, restored and started, has what was acknowledged before it, and its alerts."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from keng.backup.manifest import backups

from .centre import RULE, WORK, acknowledged, check

LONGER = WORK.replace("range(30)", "range(200)")


def keng(*arguments: str | Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("keng"), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "KENG_LANG": "en"},
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_each_backup_under_load_is_a_whole_centre_of_one_moment(tmp_path: Path) -> None:
    data, rules, place = tmp_path / "data", tmp_path / "rules", tmp_path / "saved"
    rules.mkdir()
    (rules / "rule.yml").write_text(RULE)
    said = tmp_path / "said"
    with said.open("wb") as out, (tmp_path / "errors").open("wb") as errors:
        working = subprocess.Popen(
            [sys.executable, "-c", LONGER, str(data), str(rules)], stdout=out, stderr=errors
        )
        try:
            deadline = time.monotonic() + 60
            while "ack 3\n" not in said.read_text() and time.monotonic() < deadline:
                time.sleep(0.05)
            before: list[set[int]] = []
            for _turn in range(3):
                before.append(acknowledged(said.read_text()))
                keng("backup", place, "--data", data)
                assert working.poll() is None, "it goes on meanwhile"
            working.wait(120)
        finally:
            working.kill()
    assert working.returncode == 0, (tmp_path / "errors").read_text()[-2000:]
    made = backups(place)
    assert len(made) == 3
    for number, (folder, acked) in enumerate(zip(made, before, strict=True)):
        assert acked
        restored = tmp_path / f"restored{number}"
        keng("restore", folder, "--data", restored)
        keng("verify", "--data", restored)
        check(restored, rules, acked, f"backup {number}")
        keng("verify", "--data", restored)
