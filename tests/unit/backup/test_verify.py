import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.kept import Kept

from keng.backup.verify import Report, verify
from keng.model.user import Actor
from keng.runtime.data_folder import DataFolder
from keng.runtime.settings import Settings
from keng.state import audit


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def ended(settings: Settings) -> Iterator[Settings]:
    """A data folder of a centre that ended well."""
    folder = DataFolder(settings.data_dir)
    kept = Kept(settings)
    for turn in range(3):
        kept.work(1 + turn * 20, 20)
    with kept.state.write() as conn:
        for n in range(5):
            audit.record(conn, n, Actor("an"), "test", f"x:{n}")
    kept.close()
    folder.release()
    yield settings


def places(report: Report) -> set[str]:
    return {problem.place for problem in report.problems}


def flip(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 0x10]))


def test_what_is_whole_is_found_whole_again_and_again(ended: Settings) -> None:
    for _again in range(2):
        report = verify(ended.places)
        assert report.problems == ()
        assert report.sealed
        assert report.checked["events"] == report.checked["events_counted"] == 60
        assert report.checked["journal_entries"] == 60
        assert report.checked["audit_rows"] == 5


def test_a_damaged_batch_is_named_by_its_offset(ended: Settings) -> None:
    with closing(sqlite3.connect(ended.journal_path)) as database, database:
        (data,) = database.execute("SELECT data FROM entries WHERE offset = 17").fetchone()
        database.execute(
            "UPDATE entries SET data = ? WHERE offset = 17", (data[:-1] + bytes([data[-1] ^ 1]),)
        )
    report = verify(ended.places)
    assert "offset 17" in {problem.what for problem in report.problems}
    assert places(report) == {"journal", "seal"}


def test_a_damaged_part_is_named_by_its_day_and_number_of_events(ended: Settings) -> None:
    part = next(
        path
        for path in sorted(ended.events_dir.rglob("data.bin"))
        if (path.parent / "skp_idx.packed").exists()
    )
    flip(part, part.stat().st_size // 2)
    report = verify(ended.places)
    (found,) = [problem for problem in report.problems if problem.place == "events"]
    assert "2026-09-21" in found.text
    assert report.checked["events"] < 60
    assert "accounts" in places(report)


def test_events_that_are_gone_without_a_trace_are_missed(ended: Settings) -> None:
    kept = Kept(ended)
    connection = kept.store.connection()
    connection.rows("ALTER TABLE events DELETE WHERE offset = 7 SETTINGS mutations_sync = 1")
    connection.close()
    kept.close()
    (found,) = [problem for problem in verify(ended.places).problems if problem.place == "accounts"]
    assert "1 " in found.text


def test_an_audit_row_that_was_rewritten_is_named(ended: Settings) -> None:
    with closing(sqlite3.connect(ended.data_dir / "state.db")) as database, database:
        database.execute("UPDATE audit SET actor = 'someone' WHERE seq = 3")
    assert "audit:3" in {problem.what for problem in verify(ended.places).problems}


def test_a_state_older_than_the_journal_is_noticed(ended: Settings) -> None:
    with closing(sqlite3.connect(ended.journal_path)) as database, database:
        database.execute("INSERT OR REPLACE INTO mark VALUES ('trimmed', 99)")
    assert "cursor" in {problem.what for problem in verify(ended.places).problems}


def test_a_folder_without_anything_and_one_that_is_no_database(tmp_path: Path) -> None:
    assert verify(Settings(data_dir=tmp_path).places).problems == ()
    (tmp_path / "state.db").write_bytes(b"no database at all, of no kind" * 200)
    (tmp_path / "journal.db").write_bytes(b"neither is this one" * 200)
    assert places(verify(Settings(data_dir=tmp_path).places)) == {"state", "journal"}


def test_a_single_bit_in_any_file_is_noticed(ended: Settings) -> None:
    files = [ended.data_dir / "state.db", ended.journal_path]
    files += [path for path in (ended.events_dir / "metadata").rglob("*.sql") if path.stat().st_size]
    rng = random.Random(5)
    for path in files:
        whole = path.read_bytes()
        seal = (ended.data_dir / "seal.json").read_bytes()
        flip(path, rng.randrange(len(whole)))
        assert "seal" in places(verify(ended.places)), path
        path.write_bytes(whole)
        (ended.data_dir / "seal.json").write_bytes(seal)
    assert places(verify(ended.places)) <= {"seal"}
