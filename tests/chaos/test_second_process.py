"""Fault 10: a second process on the same data is refused within two seconds and changes nothing; a kill leaves no lock."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.kept import Kept, no_hot_columns

from keng.journal.lock import InUseError
from keng.journal.sqlite import SqliteJournal
from keng.runtime.data_folder import DataFolder, DataFolderError
from keng.runtime.settings import Settings
from keng.store.chdb import ChdbStore
from keng.store.errors import StoreInUseError
from keng.store.query import EVERYTHING

EVERY_CHANGE, RELEASE = 10, 100
ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import sys, time
from pathlib import Path
from keng.runtime.data_folder import DataFolder
from keng.runtime.settings import Settings
from tests.kept import Kept
settings = Settings(data_dir=Path(sys.argv[1]))
folder = DataFolder(settings.data_dir)
kept = Kept(settings)
kept.work(int(sys.argv[2]), 20)
print("ready", flush=True)
time.sleep(120)
"""


def holder(data: Path, first: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(data), str(first)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def killed(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    process = holder(tmp_path / "data", 1)
    yield tmp_path / "data"
    killed(process)


def sums(data: Path) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in data.rglob("*")
        if path.is_file() and "-shm" not in path.name
    }


def second(data: Path) -> list[tuple[Callable[[], object], type[Exception]]]:
    return [
        (lambda: DataFolder(data), DataFolderError),
        (lambda: ChdbStore(data / "events", no_hot_columns), StoreInUseError),
        (lambda: SqliteJournal(data / "journal.db", 1 << 20), InUseError),
    ]


def refused(data: Path, trials: int) -> None:
    chance = random.Random(3)
    before = sums(data)
    for _trial in range(trials):
        opened, error = chance.choice(second(data))
        begin = time.monotonic()
        with pytest.raises(error) as raised:
            opened()
        assert time.monotonic() - begin < 2
        assert str(raised.value)
    assert sums(data) == before


def test_a_second_process_is_refused_and_changes_nothing(data: Path) -> None:
    refused(data, EVERY_CHANGE)


@pytest.mark.long
def test_a_second_process_is_refused_and_changes_nothing_for_a_release(data: Path) -> None:
    refused(data, RELEASE)


def test_after_a_kill_the_next_one_has_it_at_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for turn in range(2):
        killed(holder(data, 1 + turn * 20))
    begin = time.monotonic()
    folder = DataFolder(data)
    kept = Kept(Settings(data_dir=data))
    assert time.monotonic() - begin < 10
    assert kept.store.count(EVERYTHING, None) == 40
    kept.close()
    folder.release()
