from pathlib import Path

import pytest
from tests.kept import T0, Kept

from keng.backup.make import make_backup
from keng.backup.manifest import BackupError
from keng.backup.restore import restore


def test_what_was_changed_after_it_was_saved_is_found_and_named(kept: Kept, tmp_path: Path) -> None:
    kept.work(1, 10)
    manifest = make_backup(kept.settings.places, tmp_path / "saved", T0, kept.store.frozen)
    kept.close()  # a process holds one store at a time
    folder = tmp_path / "saved" / manifest.name
    for entry in (manifest.files[0], manifest.files[-1]):
        path = folder / entry.path
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(BackupError, match=path.name):
            restore(folder, tmp_path / "new")
        path.unlink()
        with pytest.raises(BackupError, match=path.name):
            restore(folder, tmp_path / "new")
        path.write_bytes(whole)
    assert not (tmp_path / "new").exists()
    assert restore(folder, tmp_path / "new") == manifest


def test_nothing_is_restored_over_what_is_there(kept: Kept, tmp_path: Path) -> None:
    kept.work(1, 1)
    manifest = make_backup(kept.settings.places, tmp_path / "saved", T0, kept.store.frozen)
    with pytest.raises(BackupError, match="not empty"):
        restore(tmp_path / "saved" / manifest.name, kept.settings.data_dir)
    with pytest.raises(BackupError, match="no backup"):
        restore(tmp_path, tmp_path / "new")
    again = make_backup(kept.settings.places, tmp_path / "saved", T0, kept.store.frozen)
    assert again.name > manifest.name
