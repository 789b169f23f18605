from pathlib import Path

import pytest

from keng.backup.seal import broken, resealing, seal, unseal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "state.db",
        "journal.db",
        "events/metadata/default/events.sql",
        "cache/x",
        "rules/r.yml",
        "lock",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"content")
    (tmp_path / "events/store/abc/table/part").mkdir(parents=True)
    (tmp_path / "events/store/abc/table/part/data.bin").write_bytes(b"part")
    return tmp_path


def test_a_file_that_changes_appears_or_goes_is_named(folder: Path) -> None:
    assert broken(folder) is None
    seal(folder)
    assert broken(folder) == ()
    (folder / "state.db").write_bytes(b"Content")
    (folder / "events/metadata/default/events.sql").unlink()
    (folder / "new").touch()
    assert broken(folder) == ("events/metadata/default/events.sql", "new", "state.db")
    unseal(folder)
    assert broken(folder) is None


def test_how_many_rows_a_part_says_it_has_is_covered(folder: Path) -> None:
    count = folder / "events/store/abc/table/part/count.txt"
    count.write_text("40")
    seal(folder)
    count.write_text("00")
    assert broken(folder) == ("events/store/abc/table/part/count.txt",)


def test_parts_rules_caches_and_locks_are_not_covered(folder: Path) -> None:
    seal(folder)
    for name in (
        "events/store/abc/table/part/data.bin",
        "cache/x",
        "rules/r.yml",
        "lock",
        "state.db-shm",
        "state.db-wal",
    ):
        (folder / name).write_bytes(b"" if name.endswith("-wal") else b"other")
    assert broken(folder) == ()


def test_a_command_keeps_a_seal_that_held_and_mends_none(folder: Path) -> None:
    seal(folder)
    with resealing(folder):
        (folder / "state.db").write_bytes(b"a hold was added")
    assert broken(folder) == ()
    (folder / "journal.db").write_bytes(b"rotten")
    with resealing(folder):
        (folder / "state.db").write_bytes(b"another")
    assert broken(folder) == ("journal.db", "state.db")
    (folder / "seal.json").write_bytes(b"{")
    assert broken(folder) is None
