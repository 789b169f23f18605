import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.kept import SECOND, T0, Kept, done

from keng.backup import room
from keng.backup.make import LOCK, make_backup
from keng.backup.manifest import BackupError, backups, damage
from keng.backup.restore import chosen, restore
from keng.detect.sigma.versions import active_folders
from keng.runtime.settings import Settings, load_settings
from keng.state import cursors
from keng.state.register import agencies
from keng.store.query import EVERYTHING
from keng.store.snapshot import Part


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
    first = done(make_backup(kept.settings.places, place, T0, kept.store.frozen))
    kept.work(101, 50)
    second = done(make_backup(kept.settings.places, place, T0 + SECOND, kept.store.frozen))
    assert (first.kind, second.kind, second.cursor) == ("full", "incremental", 150)
    again = [one for one in second.files if one.kept_in == first.name]
    assert again and all(one.path.startswith("events/") for one in again)
    assert chosen(place).name == second.name
    kept.close()
    shutil.rmtree(kept.settings.data_dir)
    done(restore(place / first.name, tmp_path / "first"))
    checked(tmp_path / "first", 100, 1)
    done(restore(chosen(place), tmp_path / "second"))
    checked(tmp_path / "second", 150, 2)


def test_a_backup_that_is_killed_is_none_and_the_next_one_clears_up(kept: Kept, tmp_path: Path) -> None:
    kept.work(1, 10)
    place = tmp_path / "saved"
    (place / "keng-20200101T000000Z.partial" / "events").mkdir(parents=True)

    def killed() -> object:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        done(make_backup(kept.settings.places, place, T0, killed))  # type: ignore[arg-type]
    assert backups(place) == []
    done(make_backup(kept.settings.places, place, T0, kept.store.frozen))
    assert {path.name for path in place.iterdir()} == {backups(place)[0].name, LOCK}
    assert not list((kept.settings.events_dir / "shadow").glob("keng*"))


def test_what_arrives_and_is_worked_on_during_a_backup_is_in_it_once(kept: Kept, tmp_path: Path) -> None:
    kept.work(1, 20)
    frozen = kept.store.frozen

    @contextmanager
    def busy() -> Iterator[Sequence[Part]]:
        kept.work(21, 30)  # after the state was saved, before the events
        with frozen() as parts:
            kept.work(51, 5)  # after the events, before the journal
            kept.journal.trim(55)
            yield parts

    manifest = done(make_backup(kept.settings.places, tmp_path / "saved", T0, busy, still=kept.journal.still))
    assert manifest.cursor == 20
    with closing(sqlite3.connect(tmp_path / "saved" / manifest.name / "journal.db")) as journal:
        offsets = [row[0] for row in journal.execute("SELECT offset FROM entries ORDER BY offset")]
    assert offsets[-35:] == list(range(21, 56)), "all that the saved state does not know is there"
    assert kept.journal.read(0, limit=100) == [], "afterwards it forgets as it was told"
    kept.close()
    done(restore(chosen(tmp_path / "saved"), tmp_path / "new"))
    again = Kept(Settings(data_dir=tmp_path / "new"))
    assert again.store.count(EVERYTHING, None) == 50
    assert len(again.store.ids_after(20)) == 30, "known when the journal gives them again"
    assert again.journal.last_offset() == 55
    again.close()


def test_rule_sets_keep_the_version_in_use_and_the_others(kept: Kept, tmp_path: Path) -> None:
    rules = kept.settings.data_dir / "rules"
    (rules / ".versions" / "mine-1").mkdir(parents=True)
    (rules / ".versions" / "mine-1" / "rule.yml").write_text("title: y\n")
    (rules / "mine").symlink_to(Path(".versions") / "mine-1")
    (rules / "elsewhere").symlink_to("/etc")
    (kept.settings.data_dir / "keng.toml").write_text("port = 8081\n")
    kept.work(1, 1)
    done(make_backup(kept.settings.places, tmp_path / "saved", T0, kept.store.frozen))
    kept.close()
    done(restore(chosen(tmp_path / "saved"), tmp_path / "new"))
    assert active_folders(tmp_path / "new") == {"mine": "mine-1"}
    assert (tmp_path / "new" / "rules" / "mine" / "rule.yml").read_text() == "title: y\n"
    assert not (tmp_path / "new" / "rules" / "elsewhere").exists()
    assert load_settings({"data_dir": tmp_path / "new"}, {}).port == 8081


def test_an_earlier_backup_that_has_lost_files_is_not_built_on(kept: Kept, tmp_path: Path) -> None:
    kept.work(1, 30)
    place = tmp_path / "saved"
    first = done(make_backup(kept.settings.places, place, T0, kept.store.frozen))
    shutil.rmtree(place / first.name / "events")
    second = done(make_backup(kept.settings.places, place, T0 + SECOND, kept.store.frozen))
    assert damage(place, second) == []
    assert {one.kept_in for one in second.files} == {second.name}
    (place / second.name / "manifest.json").write_text("{")
    third = done(make_backup(kept.settings.places, place, T0 + 2 * SECOND, kept.store.frozen))
    assert damage(place, third) == []
    # What it builds on goes, whole: told once, with its name.
    fourth = done(make_backup(kept.settings.places, place, T0 + 3 * SECOND, kept.store.frozen))
    assert third.name in {one.kept_in for one in fourth.files}
    shutil.rmtree(place / third.name)
    kept.close()
    with pytest.raises(BackupError, match=f"{third.name} is missing") as caught:
        done(restore(place / fourth.name, tmp_path / "new"))
    assert str(caught.value).count(third.name) == 1


def test_a_backup_needs_room_a_place_outside_and_nobody_else_who_makes_one(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.work(1, 5)
    places, place = kept.settings.places, tmp_path / "saved"
    with pytest.raises(BackupError, match="in the data folder"):
        done(make_backup(places, places.data / "saved", T0, kept.store.frozen))
    going = make_backup(places, place, T0, kept.store.frozen)
    next(going)
    with pytest.raises(BackupError, match="another backup is being made"):
        done(make_backup(places, place, T0, kept.store.frozen))
    going.close()  # the caller has gone
    assert {path.name for path in place.iterdir()} == {LOCK}
    assert not list((kept.settings.events_dir / "shadow").glob("keng*"))
    monkeypatch.setattr(room, "SPARE", 1 << 60)
    with pytest.raises(BackupError, match="too little room"):
        done(make_backup(places, place, T0, kept.store.frozen))
    assert {path.name for path in place.iterdir()} == {LOCK}
