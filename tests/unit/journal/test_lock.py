import os
import subprocess
import sys
from pathlib import Path

import pytest

from keng.journal.lock import FileLock, InUseError


def test_a_second_holder_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "deep" / "lock")
    with pytest.raises(InUseError, match=str(os.getpid())):
        FileLock(tmp_path / "deep" / "lock")
    lock.release()
    lock.release()
    FileLock(tmp_path / "deep" / "lock").release()


def test_a_lock_does_not_outlive_a_killed_process(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    program = f"import pathlib,time; from keng.journal.lock import FileLock; x=FileLock(pathlib.Path({str(path)!r})); print('held', flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    with pytest.raises(InUseError, match=str(process.pid)):
        FileLock(path)
    process.kill()
    process.wait()
    process.stdout.close()
    FileLock(path).release()
