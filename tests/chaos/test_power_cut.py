"""Fault 3 of the reliability list: power is lost at any moment, and takes with it what was not synced."""

import hashlib
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.chaos.disk import Disk
from tests.chaos.tracing import Call, missing, trace

from keng.journal.sqlite import SqliteJournal

EVERY_CHANGE, NIGHTLY = 3_000, 100_000
MEMORY = Path("/dev/shm")
Traced = tuple[Path, list[Call]]
JOURNAL = """
import hashlib, os, random, sys, threading
from pathlib import Path
from keng.journal.sqlite import SqliteJournal
from keng.model.batch import Batch

journal = SqliteJournal(Path(sys.argv[1]) / "journal.db", 1 << 30)
journal._writer.execute("PRAGMA wal_autocheckpoint = 20")  # often, so that cuts fall into checkpoints

def send(number):
    chance = random.Random(number)
    for turn in range(25):
        records = tuple(chance.randbytes(chance.randrange(1, 3000)) for _n in range(chance.randrange(1, 4)))
        (offset,) = journal.append([Batch(f"s{number}", "a", "t", "", turn, records)])
        digest = hashlib.sha256(b"|".join(records)).hexdigest()
        os.write(1, f"ack {offset} {digest}\\n".encode())
        if turn % 8 == 7:
            os.write(1, f"trim {offset - 5}\\n".encode())
            journal.trim(offset - 5)

threads = [threading.Thread(target=send, args=(n,)) for n in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
journal.close()
"""


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Traced:
    if reason := missing():
        pytest.skip(reason)
    root = tmp_path_factory.mktemp("disk")
    return root, trace(JOURNAL, [str(root)], tmp_path_factory.mktemp("record") / "strace")


def cuts(traced: Traced, number: int, place: Path) -> tuple[int, int]:
    """Cut the power `number` times at random moments; returns how many acknowledged batches were looked at, and lost."""
    root, calls = traced
    chance = random.Random(7)
    moments = sorted(chance.randrange(len(calls)) for _n in range(number))
    disk, done, checked, lost = Disk(root), 0, 0, 0
    for moment in moments:
        while done <= moment:
            disk.apply(calls[done])
            done += 1
        words = [line.split() for line in b"".join(disk.written).decode().splitlines()]
        acked = {int(w[1]): w[2] for w in words if w[0] == "ack"}
        trimmed = max((int(w[1]) for w in words if w[0] == "trim"), default=0)
        disk.cut(chance, place)
        journal = SqliteJournal(place / "journal.db", 1 << 30)
        found = {
            entry.offset: hashlib.sha256(b"|".join(entry.batch.records)).hexdigest()
            for entry in journal.read(0, 10_000)
        }
        newest = journal.last_offset()
        journal.close()
        for offset, digest in acked.items():
            if offset > trimmed:
                checked += 1
                lost += found.get(offset) != digest
        assert not acked or newest >= max(acked), "an offset would be given out twice"
        shutil.rmtree(place)
        place.mkdir()
    return checked, lost


@pytest.fixture
def fast(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where there is one: thousands of survivors are opened and synced in it."""
    place = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else tmp_path))
    yield place
    shutil.rmtree(place)


def test_no_acknowledged_batch_is_lost_in_a_power_cut(traced: Traced, fast: Path) -> None:
    checked, lost = cuts(traced, EVERY_CHANGE, fast)
    assert checked > 10_000
    assert lost == 0


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_no_acknowledged_batch_is_lost_in_a_hundred_thousand_power_cuts(traced: Traced, fast: Path) -> None:
    _checked, lost = cuts(traced, NIGHTLY, fast)
    assert lost == 0


def test_the_simulated_disk_does_lose_what_is_not_synced(traced: Traced, fast: Path) -> None:
    """The proof of the proof: without the process's syncs, the same cuts lose acknowledged batches."""
    root, calls = traced
    unsynced = [call for call in calls if call.name not in ("fsync", "fdatasync")]
    with pytest.raises((AssertionError, OSError)):
        checked, lost = cuts((root, unsynced), 100, fast)
        assert not checked or lost == 0, f"lost {lost} of {checked}"
