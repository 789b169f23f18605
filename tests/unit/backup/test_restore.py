from pathlib import Path

import pytest
from tests.kept import T0, Kept, done
from tests.servers.postgresql import PostgresServer

from keng.backup.make import make_backup
from keng.backup.manifest import BackupError
from keng.backup.restore import RESTORING, chosen, restore
from keng.runtime.data_folder import DataFolder, DataFolderError
from keng.runtime.saving import look
from keng.runtime.settings import Settings
from keng.state import cursors
from keng.store.query import EVERYTHING


def test_what_was_changed_after_it_was_saved_is_found_and_named(kept: Kept, tmp_path: Path) -> None:
    kept.work(1, 10)
    manifest = done(make_backup(kept.settings.places, tmp_path / "saved", T0, kept.store.frozen))
    kept.close()  # a process holds one store at a time
    folder = tmp_path / "saved" / manifest.name
    for entry in (manifest.files[0], manifest.files[-1]):
        path = folder / entry.path
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(BackupError, match=path.name):
            done(restore(folder, tmp_path / "new"))
        path.unlink()
        with pytest.raises(BackupError, match=path.name):
            done(restore(folder, tmp_path / "new"))
        path.write_bytes(whole)
    assert not (tmp_path / "new").exists()
    assert done(restore(folder, tmp_path / "new")) == (manifest, ())


def test_nothing_is_restored_over_what_is_there(kept: Kept, tmp_path: Path) -> None:
    kept.work(1, 1)
    manifest = done(make_backup(kept.settings.places, tmp_path / "saved", T0, kept.store.frozen))
    with pytest.raises(BackupError, match="not empty"):
        done(restore(tmp_path / "saved" / manifest.name, kept.settings.data_dir))
    with pytest.raises(BackupError, match="no backup"):
        done(restore(tmp_path, tmp_path / "new"))
    again = done(make_backup(kept.settings.places, tmp_path / "saved", T0, kept.store.frozen))
    assert again.name > manifest.name


def test_what_is_whole_is_restored_without_what_is_damaged_if_that_is_wanted(
    kept: Kept, tmp_path: Path
) -> None:
    kept.work(1, 10)
    kept.work(11, 10, day=1)
    manifest = done(make_backup(kept.settings.places, tmp_path / "saved", T0, kept.store.frozen))
    kept.close()
    folder = tmp_path / "saved" / manifest.name
    part = next(one.part for one in manifest.files if one.part.startswith("events/events/"))
    for path in (folder / part).iterdir():
        path.write_bytes(b"")
    with pytest.raises(BackupError, match="--without-damaged"):
        done(restore(folder, tmp_path / "new"))
    restored = done(restore(folder, tmp_path / "new", without_damaged=True))
    assert all(part in text for text in restored.left_out)
    again = Kept(Settings(data_dir=tmp_path / "new"))
    assert again.store.count(EVERYTHING, None) == 10
    again.close()
    (folder / "state.db").write_bytes(b"")
    with pytest.raises(BackupError, match=r"state\.db"):
        done(restore(folder, tmp_path / "other", without_damaged=True))
    assert not (tmp_path / "other").exists()


def test_a_restore_that_is_killed_leaves_no_folder_that_a_centre_starts_on(
    kept: Kept, tmp_path: Path
) -> None:
    kept.work(1, 10)
    done(make_backup(kept.settings.places, tmp_path / "saved", T0, kept.store.frozen))
    kept.close()
    going = restore(chosen(tmp_path / "saved"), tmp_path / "new")
    next(going)
    going.close()
    assert not (tmp_path / "new").exists()
    (tmp_path / "volume" / RESTORING).mkdir(parents=True)
    with pytest.raises(DataFolderError, match="restore again"):
        DataFolder(tmp_path / "volume")
    done(restore(chosen(tmp_path / "saved"), tmp_path / "volume"))
    DataFolder(tmp_path / "volume").release()


def test_an_empty_folder_that_a_link_names_is_filled(kept: Kept, tmp_path: Path) -> None:
    kept.work(1, 10)
    done(make_backup(kept.settings.places, tmp_path / "saved", T0, kept.store.frozen))
    kept.close()
    (tmp_path / "disk" / "keng").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "disk" / "keng")
    done(restore(chosen(tmp_path / "saved"), tmp_path / "link"))
    assert (tmp_path / "disk" / "keng" / "state.db").exists()
    assert (tmp_path / "disk" / "keng").stat().st_mode & 0o777 == 0o700


def test_a_state_on_postgresql_is_in_the_backup_and_goes_back_to_a_server_or_into_a_file(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    url = postgres.fresh()
    kept = Kept(Settings(data_dir=tmp_path / "data", state_url=url))
    kept.work(1, 20)
    manifest = done(
        make_backup(kept.settings.places, tmp_path / "saved", T0, kept.store.frozen, state=kept.state)
    )
    kept.close()
    assert (manifest.state, manifest.cursor) == (True, 20)
    with pytest.raises(BackupError, match="not empty"):
        done(restore(chosen(tmp_path / "saved"), tmp_path / "new", state_url=url))
    assert not list(tmp_path.glob("new*"))
    other = postgres.fresh()
    for name, state_url in (("new", other), ("alone", "")):
        done(restore(chosen(tmp_path / "saved"), tmp_path / name, state_url=state_url))
        assert (tmp_path / name / "state.db").exists() is (state_url == "")
        again = Kept(Settings(data_dir=tmp_path / name, state_url=state_url))
        assert look(again.settings, again.store, again.state).problems == ()
        with again.state.read() as conn:
            assert cursors.get(conn, cursors.PIPELINE).offset == 20
        again.work(21, 5)
        assert again.store.count(EVERYTHING, None) == 25
        again.close()
