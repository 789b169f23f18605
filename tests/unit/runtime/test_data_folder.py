import os
from pathlib import Path

import pytest

from keng.runtime.data_folder import DataFolder, DataFolderError


def test_the_folder_is_made_private(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "a" / "b")
    assert (tmp_path / "a/b").stat().st_mode & 0o077 == 0
    assert (tmp_path / "a/b/rules").is_dir()
    folder.release()


def test_a_second_process_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with pytest.raises(DataFolderError, match=str(os.getpid())):
        DataFolder(tmp_path)
    folder.release()
    DataFolder(tmp_path).release()


def test_a_file_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DataFolderError, match="file"):
        DataFolder(tmp_path / "file")


def test_the_names_of_new_folders_are_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(Path(f"/proc/self/fd/{fd}").readlink().name))
    folder = DataFolder(tmp_path / "a" / "b")
    assert synced == ["a", tmp_path.name]
    folder.release()
