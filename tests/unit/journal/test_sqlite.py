import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from keng.journal.lock import InUseError
from keng.journal.sqlite import MAX_READ_BYTES, SqliteJournal
from keng.model.batch import Batch

APPENDER = """
import sys, threading
from pathlib import Path
from keng.journal.sqlite import SqliteJournal
from keng.model.batch import Batch
journal = SqliteJournal(Path(sys.argv[1]), 1 << 30)
lock = threading.Lock()
def work(k):
    for i in range(1_000_000):
        name = f"{k}-{i}"
        (offset,) = journal.append([Batch("s", "a", "t", "", i, (name.encode(), b"x" * 500))])
        with lock:
            sys.stdout.write(f"{offset} {name}\\n"); sys.stdout.flush()
for k in range(4):
    threading.Thread(target=work, args=(sys.argv[2] + "." + str(k),)).start()
"""


def batch(n: int) -> Batch:
    return Batch("s", "a", "t", "", n, (b"%d" % n,))


def test_kill_9_under_load_loses_no_acknowledged_batch(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    chance = random.Random(7)
    acked: dict[int, str] = {}
    for turn in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", APPENDER, str(path), str(turn)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(chance.uniform(0.05, 0.4))
        process.kill()
        lines = (first + process.stdout.read()).split(b"\n")[:-1]
        process.stdout.close()
        process.wait()
        for line in lines:
            offset, name = line.decode().split()
            assert int(offset) not in acked
            acked[int(offset)] = name
    journal = SqliteJournal(path, 1 << 30)
    stored: dict[int, str] = {}
    while entries := journal.read(max(stored, default=0), limit=10_000):
        stored.update({entry.offset: entry.batch.records[0].decode() for entry in entries})
    journal.close()
    assert len(acked) > 20
    assert {offset: stored.get(offset) for offset in acked} == acked
    assert sorted(stored) == list(range(1, len(stored) + 1))


def test_a_second_process_is_refused_with_a_clear_message(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.db", 1 << 20)
    with pytest.raises(InUseError, match=r"journal\.db"):
        SqliteJournal(tmp_path / "journal.db", 1 << 20)
    journal.close()


def test_offsets_go_on_above_the_cursor_when_the_file_was_replaced(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.db", 1 << 20, floor=500)
    assert journal.append([batch(1)]) == [501]
    journal.close()
    journal = SqliteJournal(tmp_path / "journal.db", 1 << 20, floor=500)
    assert [entry.offset for entry in journal.read(500)] == [501]
    journal.close()


def test_the_file_syncs_every_commit(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.db", 1 << 20)
    assert journal._writer.execute("PRAGMA synchronous").fetchone() == (2,)
    assert journal._writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    journal.close()


def test_one_read_unpacks_a_bounded_amount(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.db", 1 << 30)
    journal.append([Batch("s", "a", "t", "", n, (b"z" * (MAX_READ_BYTES // 3),)) for n in range(5)])
    assert len(journal.read(0)) == 2
    journal.append([Batch("s", "a", "t", "", 9, (b"z" * (MAX_READ_BYTES * 2),))])
    assert len(journal.read(5)) == 1
    journal.close()


def test_a_damaged_entry_is_passed_by_and_the_rest_read(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = SqliteJournal(path, 1 << 20)
    journal.append([batch(1), batch(2), batch(3)])
    journal.close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE entries SET data = zeroblob(length(data)) WHERE offset = 2")
    db.close()
    journal = SqliteJournal(path, 1 << 20)
    entries = journal.read(0)
    assert [entry.offset for entry in entries] == [1, 2, 3]
    assert [entry.batch.records for entry in entries] == [(b"1",), (), (b"3",)]
    journal.close()


def test_a_full_disk_acknowledges_nothing_and_resumes_when_there_is_room(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.db", 1 << 30)
    journal.append([batch(1)])
    pages = journal._writer.execute("PRAGMA page_count").fetchone()[0]
    journal._writer.execute(f"PRAGMA max_page_count = {pages + 2}")
    noise = random.Random(1).randbytes(100_000)
    with pytest.raises(OSError, match="full"):
        journal.append([Batch("s", "a", "t", "", 2, (noise,))])
    assert journal.last_offset() == 1
    assert [entry.offset for entry in journal.read(0)] == [1]
    journal._writer.execute("PRAGMA max_page_count = 1000000")
    assert journal.append([Batch("s", "a", "t", "", 3, (noise,))]) == [2]
    journal.close()


def test_after_a_failed_write_nothing_more_is_acknowledged(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.db", 1 << 20)
    journal._writer.execute("PRAGMA query_only = ON")  # the nearest to a disk that fails a write
    with pytest.raises(OSError):
        journal.append([batch(1)])
    journal._writer.execute("PRAGMA query_only = OFF")
    with pytest.raises(OSError, match="checking the disk"):
        journal.append([batch(2)])
    assert journal.last_offset() == 0
    journal.close()


def test_a_file_that_is_no_journal_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"this is not a database, but it is long enough to be looked at as one" * 20)
    with pytest.raises(OSError, match=r"journal\.db"):
        SqliteJournal(path, 1 << 20)
    path.unlink()
    SqliteJournal(path, 1 << 20).close()
