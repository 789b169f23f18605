"""The protocol itself; what it promises is proved in tests/conformance/journal."""

from pathlib import Path

from keng.journal.base import Entry, Journal
from keng.journal.sqlite import SqliteJournal
from keng.model.batch import Batch


def test_an_entry_is_a_batch_at_its_place() -> None:
    batch = Batch("s", "a", "file", "", 1, (b"x",))
    assert Entry(3, batch) == (3, batch)


def test_the_sqlite_journal_is_a_journal(tmp_path: Path) -> None:
    journal: Journal = SqliteJournal(tmp_path / "j.db", 1 << 20)
    journal.close()
