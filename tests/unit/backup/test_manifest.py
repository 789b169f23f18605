import subprocess
from pathlib import Path

import msgspec
import pytest
from tests.kept import SECOND, T0, Kept, done

from keng.backup.make import make_backup
from keng.backup.manifest import (
    FILE,
    SUMS_FILE,
    BackupError,
    Manifest,
    damage,
    read_manifest,
    sums,
)


def rewritten(folder: Path, manifest: Manifest) -> None:
    """As somebody writes it who wants it to be believed."""
    data = msgspec.json.encode(manifest)
    (folder / FILE).write_bytes(data)
    (folder / SUMS_FILE).write_bytes(sums(manifest, data))


@pytest.mark.parametrize(
    "evil", ["../../../etc/passwd", "/etc/passwd", "a\\..\\b", "state\0.db", "", "x/../../y"]
)
@pytest.mark.parametrize("field", ["path", "kept_in", "link"])
def test_a_manifest_that_names_files_outside_is_refused(tmp_path: Path, evil: str, field: str) -> None:
    if field == "link" and not evil:
        return  # no link
    entry = {"path": "state.db", "bytes": 1, "sha256": "0", "kept_in": "keng-1", "link": "x", field: evil}
    files = [entry]
    manifest = msgspec.convert(
        {"version": 2, "name": "keng-1", "kind": "full", "created_us": 1, "cursor": 0}
        | {"state": True, "journal": True, "events": True, "files": files},
        Manifest,
    )
    rewritten(tmp_path, manifest)
    with pytest.raises(BackupError, match="outside"):
        read_manifest(tmp_path)


def test_any_changed_bit_of_a_manifest_is_noticed(kept: Kept, tmp_path: Path) -> None:
    kept.work(1, 1)
    manifest = done(make_backup(kept.settings.places, tmp_path / "saved", T0, kept.store.frozen))
    folder = tmp_path / "saved" / manifest.name
    whole = (folder / FILE).read_bytes()
    for at in range(0, len(whole), 97):
        (folder / FILE).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(BackupError):
            read_manifest(folder)
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        (folder / FILE).write_bytes(whole[:length])
        with pytest.raises(BackupError):
            read_manifest(folder)
    (folder / FILE).write_bytes(whole)
    listed = (folder / SUMS_FILE).read_bytes()
    (folder / SUMS_FILE).write_bytes(listed[:-2] + b"x\n")
    assert [one.path for one in damage(folder.parent, read_manifest(folder))] == [SUMS_FILE]
    (folder / SUMS_FILE).unlink()
    with pytest.raises(BackupError, match="damaged"):
        read_manifest(folder)


def test_a_newer_version_is_told_and_the_first_one_is_read(kept: Kept, tmp_path: Path) -> None:
    kept.work(1, 1)
    manifest = done(make_backup(kept.settings.places, tmp_path / "saved", T0, kept.store.frozen))
    folder = tmp_path / "saved" / manifest.name
    rewritten(folder, msgspec.structs.replace(manifest, version=3))
    with pytest.raises(BackupError, match="newer version"):
        read_manifest(folder)
    (folder / FILE).write_bytes(msgspec.json.encode(msgspec.structs.replace(manifest, version=1)))
    (folder / SUMS_FILE).unlink()
    assert read_manifest(folder).files == manifest.files
    assert damage(folder.parent, read_manifest(folder)) == []


def test_the_usual_tool_checks_a_backup_without_us(kept: Kept, tmp_path: Path) -> None:
    kept.work(1, 20)
    for second in range(2):
        manifest = done(
            make_backup(kept.settings.places, tmp_path / "saved", T0 + second * SECOND, kept.store.frozen)
        )
        folder = tmp_path / "saved" / manifest.name
        checked = subprocess.run(["sha256sum", "-c", SUMS_FILE], cwd=folder, capture_output=True, text=True)
        assert checked.returncode == 0, checked.stdout + checked.stderr
    (folder / "state.db").write_bytes(b"")
    checked = subprocess.run(["sha256sum", "-c", SUMS_FILE], cwd=folder, capture_output=True, text=True)
    assert checked.returncode == 1 and "state.db: FAILED" in checked.stdout
