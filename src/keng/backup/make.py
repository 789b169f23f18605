"""Making a backup while the centre works, or without one: journal, then state, then events, then rules.

In this order, because a restored centre goes on at the state's cursor: every event before it must be in the event store
(saved later than the state), and what the journal holds after it is worked on again. Records that arrive while the backup is
made may be in it as events without having been looked at by rules; none that was acknowledged before is missing.

A backup appears under its name only when all of it is on the disk; what a kill leaves behind (`.partial`) is removed by the next.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from keng.backup.manifest import (
    CHUNK,
    FILE,
    PARTIAL,
    PREFIX,
    VERSION,
    BackupError,
    Entry,
    Manifest,
    backups,
    digest,
    read_manifest,
)
from keng.backup.places import Places
from keng.i18n import _
from keng.store.snapshot import SUMS, Part

Freeze = Callable[[], AbstractContextManager[Sequence[Part]]]
RULES = "rules"


def make_backup(
    places: Places, place: Path, now_us: int, freeze: Freeze | None, full: bool = False
) -> Manifest:
    """Save everything into a new folder of `place`; freeze: the parts of the event store, None where a server has it.

    Incremental on the newest backup in `place`, if there is one and `full` does not forbid it. Raises BackupError,
    OSError, StoreError; nothing is left behind then that would be taken for a backup.
    """
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    earlier = [] if full else backups(place)
    base = read_manifest(earlier[-1]) if earlier else None
    name = _free_name(place, now_us)
    for left in place.glob(f"{PREFIX}*{PARTIAL}"):
        shutil.rmtree(left)
    folder = place / (name + PARTIAL)
    folder.mkdir(mode=0o700)
    try:
        files: list[Entry] = []
        if places.journal is not None:
            _database(places.journal, folder / "journal.db")
        cursor = 0
        if isinstance(places.state, Path):
            _database(places.state, folder / "state.db")
            cursor = _cursor(folder / "state.db")
        _rules(places.data / RULES, folder / RULES)
        files += [_entry(path, folder, name) for path in sorted(folder.rglob("*")) if path.is_file()]
        if freeze is not None:
            with freeze() as parts:
                files += _events(parts, folder, name, base)
        manifest = Manifest(
            VERSION,
            name,
            "incremental" if base is not None else "full",
            now_us,
            cursor,
            isinstance(places.state, Path),
            places.journal is not None,
            freeze is not None,
            tuple(files),
        )
        (folder / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        _sync(folder)
        folder.rename(place / name)
        _sync_folder(place)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return manifest


def _database(source: Path, target: Path) -> None:
    """A copy of an SQLite file as of one moment, whoever writes to it."""
    if not source.exists():
        return
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as one,
        closing(sqlite3.connect(target)) as other,
    ):
        one.backup(other)
        other.execute("PRAGMA journal_mode = DELETE")


def _cursor(state: Path) -> int:
    with closing(sqlite3.connect(state)) as database:
        row = database.execute('SELECT max("offset") FROM cursor').fetchone()
        return int(row[0] or 0)


def _rules(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=False, ignore_dangling_symlinks=True)


def _free_name(place: Path, now_us: int) -> str:
    """By the second, in the order in which they are made: a second backup within one second gets the next."""
    for turn in range(3600):
        name = f"{PREFIX}{datetime.fromtimestamp(now_us / 10**6 + turn, UTC):%Y%m%dT%H%M%SZ}"
        if not (place / name).exists():
            return name
    raise BackupError(_("{folder} is there already", folder=place / name))


def _events(parts: Sequence[Part], folder: Path, name: str, base: Manifest | None) -> list[Entry]:
    """Entries of all parts; those that the base has with the same list of sums are not copied again."""
    known: dict[str, list[Entry]] = {}
    sums: dict[str, str] = {}
    for entry in base.files if base is not None else ():
        if entry.path.startswith("events/"):
            place, _slash, file = entry.path.rpartition("/")
            known.setdefault(place, []).append(entry)
            if file == SUMS:
                sums[place] = entry.sha256
    files: list[Entry] = []
    for part in parts:
        path = f"events/{part.table}/{part.name}"
        if sums.get(path) == digest(part.folder / SUMS):
            files += known[path]
            continue
        target = folder / path
        target.mkdir(parents=True)
        for found in sorted(part.folder.rglob("*")):
            if found.is_file():
                copy = target / found.relative_to(part.folder)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(found, copy)
                files.append(_entry(copy, folder, name))
    return files


def _entry(path: Path, folder: Path, name: str) -> Entry:
    return Entry(path.relative_to(folder).as_posix(), path.stat().st_size, digest(path), name)


def _sync(folder: Path) -> None:
    """Files and the folders that name them, onto the disk."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_dir():
            _sync_folder(path)
        else:
            with path.open("rb", buffering=CHUNK) as file:
                os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
