"""Restoring a backup into an empty data folder. All sums are checked first; the folder appears only when it is whole."""

import shutil
from pathlib import Path

from keng.backup.manifest import BackupError, Manifest, backups, damage, read_manifest
from keng.i18n import _
from keng.store.snapshot import Part, attach


def chosen(source: Path) -> Path:
    """The folder of the backup that `source` means: itself, or the newest in it. Raises BackupError."""
    found = backups(source)
    return found[-1] if found else source


def restore(source: Path, target: Path) -> Manifest:
    """Make the data folder `target` (absent or empty) from a backup's folder. Raises BackupError, OSError, StoreError."""
    manifest = read_manifest(source)
    place = source.parent
    if target.exists() and any(target.iterdir()):
        raise BackupError(_("{folder} is not empty; restore into a new folder", folder=target))
    problems = damage(place, manifest)
    if problems:
        raise BackupError("\n".join(problems[:20]))
    growing = target.with_name(target.name + ".restoring")
    shutil.rmtree(growing, ignore_errors=True)
    growing.mkdir(parents=True, mode=0o700)
    try:
        for entry in manifest.files:
            copy = growing / (f"parts/{entry.path}" if entry.path.startswith("events/") else entry.path)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(place / entry.kept_in / entry.path, copy)
        if manifest.events:
            folders = sorted((growing / "parts" / "events").glob("*/*"))
            attach(growing / "events", [Part(path.parent.name, path.name, path) for path in folders])
            shutil.rmtree(growing / "parts", ignore_errors=True)
        if target.exists():
            target.rmdir()
        growing.rename(target)
    except BaseException:
        shutil.rmtree(growing, ignore_errors=True)
        raise
    return manifest
