from pathlib import Path

import pytest
from tests.kept import no_hot_columns

from keng.model.event import Event, LogSource
from keng.store import notes
from keng.store.chdb import ChdbStore
from keng.store.query import EVERYTHING


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store = ChdbStore(tmp_path / "events", no_hot_columns)
    store.insert([Event({"A": "x"}, LogSource(), id=f"{1:032x}", time_us=10**15)])
    store.close()
    return tmp_path / "events"


def small_files(folder: Path) -> list[Path]:
    return [folder / path for path in notes._small_files(folder)]


@pytest.mark.parametrize("harm", ["empty", "cut", "flip", "gone"])
def test_a_store_opens_whatever_happened_to_its_small_files(folder: Path, harm: str) -> None:
    paths = small_files(folder)
    assert {path.name for path in paths} >= {"events.sql", "field_names.sql", "format_version.txt"}
    for path in paths:
        content = path.read_bytes()
        if harm == "gone":
            path.unlink()
        else:
            flipped = content[:-1] + bytes([content[-1] ^ 0x80])
            path.write_bytes({"empty": b"", "cut": content[: len(content) // 2], "flip": flipped}[harm])
    assert set(notes.differing(folder)) == {path.relative_to(folder).as_posix() for path in paths}
    store = ChdbStore(folder, no_hot_columns)
    assert store.count(EVERYTHING, None) == 1
    store.close()
    assert notes.differing(folder) == ()


def test_damaged_notes_are_no_notes(folder: Path) -> None:
    file = folder / notes.FILE
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    assert notes.mend(folder) == ()
    notes.forget(folder)
    assert notes.mend(folder) == ()
    ChdbStore(folder, no_hot_columns).close()
    assert file.exists()
