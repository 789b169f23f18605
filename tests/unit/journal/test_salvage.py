import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from keng.journal.salvage import salvage
from keng.journal.sqlite import SqliteJournal
from keng.model.batch import Batch

PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed journal of 200 batches, about one a page."""
    journal = SqliteJournal(tmp_path / "journal.db", 1 << 24)
    for n in range(200):
        journal.append([Batch("s", "a", "t", "", n, (bytes([n]) * 10 + bytes(range(256)) * 8,))])
    journal.close()
    return tmp_path / "journal.db"


def damage(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(b"\xff" * PAGE)


def leaves(path: Path) -> list[int]:
    """Pages of the table that hold entries."""
    data = path.read_bytes()
    return [n for n in range(1, len(data) // PAGE) if data[n * PAGE] == 0x0D]


def test_a_damaged_page_costs_the_entries_on_it(path: Path) -> None:
    pages = leaves(path)
    damage(path, pages[len(pages) // 2])
    journal = SqliteJournal(path, 1 << 24)
    entries = journal.read(0, 1000)
    whole = [entry for entry in entries if entry.batch.records]
    assert 150 < len(whole) < 200
    assert journal.last_offset() == 200
    assert all(entry.batch.received_us == entry.offset - 1 for entry in whole)
    assert journal.append([Batch("s", "a", "t", "", 0, (b"new",))]) == [201]
    journal.close()


def test_a_damaged_root_costs_nothing(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        (root,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entries'").fetchone()
    damage(path, root - 1)
    journal = SqliteJournal(path, 1 << 24)
    assert [entry.batch.received_us for entry in journal.read(0, 1000)] == list(range(200))
    journal.close()


def test_reading_never_hangs_on_a_page_that_is_damaged_while_the_journal_is_open(path: Path) -> None:
    journal = SqliteJournal(path, 1 << 24)
    pages = leaves(path)
    damage(path, pages[len(pages) // 2])
    seen, after = 0, 0
    for _turn in range(50):
        entries = journal.read(after, 40)
        if not entries:
            break
        assert entries[0].offset > after
        after = entries[-1].offset
        seen += sum(bool(entry.batch.records) for entry in entries)
    assert after == 200
    assert seen > 150
    journal.close()


def test_a_file_of_which_nothing_is_left_is_put_aside(path: Path) -> None:
    path.write_bytes(b"\xff" * 10 * PAGE)
    done = salvage(path)
    assert (done.kept, done.lost) == (0, -1)
    assert done.damaged.name == "journal.db.damaged-1"
    journal = SqliteJournal(path, 1 << 24, floor=200)
    assert journal.append([Batch("s", "a", "t", "", 0, (b"new",))]) == [201]
    journal.close()


def test_the_mark_of_what_was_forgotten_is_kept(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("INSERT OR REPLACE INTO mark VALUES ('trimmed', 50)")
    damage(path, leaves(path)[-3])
    done = salvage(path)
    assert done.kept > 100
    journal = SqliteJournal(path, 1 << 24)
    assert journal.read(0, 1)[0].offset == 51
    journal.close()
