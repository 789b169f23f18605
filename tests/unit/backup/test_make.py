import shutil
from pathlib import Path

import pytest
from tests.kept import SECOND, T0, Kept

from keng.backup.make import make_backup
from keng.backup.manifest import backups
from keng.backup.restore import chosen, restore
from keng.runtime.settings import Settings
from keng.state import cursors
from keng.state.register import agencies
from keng.store.query import EVERYTHING


def checked(folder: Path, events: int, agency_count: int) -> None:
    """The restored folder opens and has all that was saved."""
    again = Kept(Settings(data_dir=folder))
    try:
        assert again.store.count(EVERYTHING, None) == events
        newest = again.store.search(EVERYTHING, None, limit=1).events[0]
        assert newest.raw == f"raw text {events}"
        assert "N" in again.store.field_names("n")
        assert again.journal.last_offset() == events
        with again.state.read() as conn:
            assert len(agencies(conn)) == agency_count
            assert cursors.get(conn, "pipeline").offset == events
        assert (folder / "rules" / "set" / "rule.yml").read_text() == "title: x\n"
        again.work(events + 1, 5)
        assert again.store.count(EVERYTHING, None) == events + 5
    finally:
        again.close()


def test_a_full_backup_and_incremental_ones_are_restored_on_a_bare_machine(
    kept: Kept, tmp_path: Path
) -> None:
    place = tmp_path / "saved"
    kept.work(1, 100)
    first = make_backup(kept.settings.places, place, T0, kept.store.frozen)
    kept.work(101, 50)
    second = make_backup(kept.settings.places, place, T0 + SECOND, kept.store.frozen)
    assert (first.kind, second.kind, second.cursor) == ("full", "incremental", 150)
    again = [one for one in second.files if one.kept_in == first.name]
    assert again and all(one.path.startswith("events/") for one in again)
    assert chosen(place).name == second.name
    kept.close()
    shutil.rmtree(kept.settings.data_dir)
    restore(place / first.name, tmp_path / "first")
    checked(tmp_path / "first", 100, 1)
    restore(chosen(place), tmp_path / "second")
    checked(tmp_path / "second", 150, 2)


def test_a_backup_that_is_killed_is_none_and_the_next_one_clears_up(kept: Kept, tmp_path: Path) -> None:
    kept.work(1, 10)
    place = tmp_path / "saved"
    (place / "keng-20200101T000000Z.partial" / "events").mkdir(parents=True)

    def killed() -> object:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_backup(kept.settings.places, place, T0, killed)  # type: ignore[arg-type]
    assert backups(place) == []
    make_backup(kept.settings.places, place, T0, kept.store.frozen)
    assert [path.name for path in place.iterdir()] == [backups(place)[0].name]
    assert not list((kept.settings.events_dir / "shadow").glob("keng*"))
