import os
from pathlib import Path

import pytest

from keng.store.folders import sync_folders


def test_every_folder_and_the_one_above_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "events" / "store" / "a").mkdir(parents=True)
    (tmp_path / "events" / "file").write_bytes(b"x")
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(Path(f"/proc/self/fd/{fd}").readlink().name))
    sync_folders(tmp_path / "events")
    assert sorted(synced) == sorted([tmp_path.name, "events", "store", "a"])
