"""Restoring a backup into an empty data folder. All sums are checked first; the folder appears only when it is whole.

A folder that is a disk of its own (a container's volume) cannot be put in place in one step: there the backup grows in
`.restoring` inside it, and a centre does not start on the folder while that is there.
"""

import shutil
from collections.abc import Generator
from pathlib import Path
from typing import NamedTuple

from keng.backup.make import Progress
from keng.backup.manifest import BackupError, Damage, Manifest, backups, damage, read_manifest
from keng.backup.room import needs
from keng.i18n import _
from keng.state.copy import copy_state, is_empty
from keng.state.database import open_state
from keng.store.snapshot import Part, attach

RESTORING = ".restoring"
NAMED = 20


class Restored(NamedTuple):
    """left_out: texts of what was damaged and is not in the folder."""

    manifest: Manifest
    left_out: tuple[str, ...]


def chosen(source: Path) -> Path:
    """The folder of the backup that `source` means: itself, or the newest in it. Raises BackupError."""
    found = backups(source)
    return found[-1] if found else source


def restore(
    source: Path, target: Path, without_damaged: bool = False, state_url: str = ""
) -> Generator[Progress, None, Restored]:
    """Make the data folder `target` (absent or empty) from a backup's folder.

    state_url: a database that is empty, for the state, where a server is to keep it. without_damaged: leave out what is damaged instead of giving up; the state must be whole. Yields how far it is.
    Raises BackupError, OSError, StateError, StoreError.
    """
    try:
        manifest = read_manifest(source)
    except BackupError as error:
        raise BackupError("\n".join([str(error), *_before(source.parent, source.name, set())])) from None
    place, target = source.parent, target.resolve()
    own_disk = target.is_mount() or (target / RESTORING).exists()
    if target.exists() and any(path.name not in (RESTORING, "lost+found") for path in target.iterdir()):
        raise BackupError(_("{folder} is not empty; restore into a new folder: --data DIR", folder=target))
    found = damage(place, manifest)
    texts = tuple(one.text for one in found if one.text)
    without_state = any(one.path == "state.db" for one in found)
    if found and (without_state or not without_damaged):
        raise BackupError(_refused(place, manifest, found, without_state))
    lost = {one.part or one.path for one in found}
    files = [one for one in manifest.files if (one.part or one.path) not in lost]
    if state_url:
        _refuse_a_full_one(state_url)
    growing = target / RESTORING if own_disk else target.with_name(target.name + RESTORING)
    shutil.rmtree(growing, ignore_errors=True)
    growing.mkdir(parents=True, mode=0o700)
    try:
        whole = sum(entry.bytes for entry in files)
        needs(growing, whole)
        done = 0
        for entry in files:
            copy = growing / (f"parts/{entry.path}" if entry.part else entry.path)
            copy.parent.mkdir(parents=True, exist_ok=True)
            if entry.link:
                copy.symlink_to(entry.link)
            else:
                shutil.copyfile(place / entry.kept_in / entry.path, copy)
                done += entry.bytes
                yield Progress(done, whole)
        if manifest.events:
            folders = sorted((growing / "parts" / "events").glob("*/*"))
            attach(growing / "events", [Part(path.parent.name, path.name, path) for path in folders])
            shutil.rmtree(growing / "parts", ignore_errors=True)
        if state_url and manifest.state:
            _to_server(growing / "state.db", state_url)
        _put(growing, target, own_disk)
    except BaseException:
        shutil.rmtree(growing, ignore_errors=True)
        raise
    return Restored(manifest, texts)


def _refuse_a_full_one(state_url: str) -> None:
    opened = open_state(state_url)
    try:
        if not is_empty(opened):
            raise BackupError(_("the state database is not empty; restore into a new one"))
    finally:
        opened.close()


def _to_server(file: Path, state_url: str) -> None:
    kept, opened = open_state(file), open_state(state_url)
    try:
        copy_state(kept, opened)
    finally:
        kept.close()
        opened.close()
    for path in file.parent.glob(file.name + "*"):
        path.unlink()


def _put(growing: Path, target: Path, own_disk: bool) -> None:
    if own_disk:
        for path in list(growing.iterdir()):
            path.rename(target / path.name)
        growing.rmdir()
        target.chmod(0o700)
        return
    if target.exists():
        target.rmdir()
    growing.rename(target)


def _refused(place: Path, manifest: Manifest, found: list[Damage], without_state: bool) -> str:
    """What is damaged, and what can be done about it."""
    texts = [one.text for one in found if one.text]
    wrong = {one.kept_in for one in found}
    rest = len(texts) - NAMED
    lines = [*texts[:NAMED], *([_("and {count} more", count=rest)] if rest > 0 else [])]
    lines += _before(place, manifest.name, wrong)
    if not without_state:
        lines.append(_("What is whole is restored with --without-damaged."))
    return "\n".join(lines)


def _before(place: Path, name: str, wrong: set[str]) -> list[str]:
    """Which other backup there is."""
    others = [path for path in backups(place) if path.name < name and path.name not in wrong]
    return [_("The backup before it: {path}", path=others[-1])] if others else []
