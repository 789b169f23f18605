"""Making a backup while the centre works, or without one: rules, then state, then events, then the journal.

In this order, because a restored centre goes on at the state's cursor: every event before it must be in the event store
(saved later than the state), and every batch after it in the journal (saved last; meanwhile it forgets nothing). Events that
the store has beyond the cursor are recognised when the journal gives them again. So nothing that was acknowledged before the
end of the backup is missing from it, and rules look at every event once: the restored centre is that of one moment.

A backup appears under its name only when all of it is on the disk; what a kill leaves behind (`.partial`) is removed by the next.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from keng.backup.manifest import (
    FILE,
    PARTIAL,
    PREFIX,
    SUMS_FILE,
    VERSION,
    BackupError,
    Entry,
    Manifest,
    backups,
    digest,
    read_manifest,
    sums,
)
from keng.backup.places import Places
from keng.backup.room import needs
from keng.i18n import _
from keng.journal.lock import FileLock, InUseError
from keng.state.copy import copy_state
from keng.state.database import State, open_state
from keng.store.snapshot import SUMS, Part

Freeze = Callable[[], AbstractContextManager[Sequence[Part]]]
Still = Callable[[], AbstractContextManager[None]]
SETTINGS = "keng.toml"
TREES = (
    "watch",
    "rules",
)  # how far watched files were read: not further than the journal, which is saved later
LOCK = ".lock"


class Progress(NamedTuple):
    """Bytes that are copied, of all that this backup copies."""

    done: int
    whole: int


def make_backup(
    places: Places,
    place: Path,
    now_us: int,
    freeze: Freeze | None,
    full: bool = False,
    still: Still = nullcontext,
    state: State | None = None,
) -> Generator[Progress, None, Manifest]:
    """Save everything into a new folder of `place`; freeze: the parts of the event store, None where a server has it.

    Incremental on the newest backup in `place`, if there is one and `full` does not forbid it. still: in its block the
    journal forgets nothing. state: open, where a database server keeps it; it becomes the same `state.db`. Yields how far it is; closing it gives up. Raises BackupError, OSError, StoreError; nothing
    is left behind then that would be taken for a backup.
    """
    place = place.resolve()
    data = places.data.resolve()
    if place == data or data in place.parents:
        raise BackupError(
            _("{folder} lies in the data folder; a backup belongs on another disk", folder=place)
        )
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        lock = FileLock(place / LOCK)
    except InUseError:
        raise BackupError(_("another backup is being made in {folder}", folder=place)) from None
    try:
        return (yield from _make(places, place, now_us, freeze, full, still, state))
    finally:
        lock.release()


def _make(
    places: Places,
    place: Path,
    now_us: int,
    freeze: Freeze | None,
    full: bool,
    still: Still,
    state: State | None,
) -> Generator[Progress, None, Manifest]:
    earlier = [] if full else backups(place)
    base = _newest_whole(earlier)
    name = _free_name(place, now_us)
    for left in place.glob(f"{PREFIX}*{PARTIAL}"):
        shutil.rmtree(left)
    databases = [path for path in (places.state, places.journal) if isinstance(path, Path)]
    needs(place, sum(_size(path) for path in databases))
    folder = place / (name + PARTIAL)
    folder.mkdir(mode=0o700)
    try:
        links = [link for tree in TREES for link in _tree(places.data / tree, folder / tree)]
        if (places.data / SETTINGS).is_file():
            shutil.copyfile(places.data / SETTINGS, folder / SETTINGS)
        cursor = 0
        files: list[Entry] = []
        with still():
            if isinstance(places.state, Path):
                _database(places.state, folder / "state.db")
            elif state is not None:
                _from_server(state, folder / "state.db")
            if (folder / "state.db").exists():
                cursor = _cursor(folder / "state.db")
            if freeze is not None:
                with freeze() as parts:
                    files = yield from _events(parts, folder, name, base)
            if places.journal is not None:
                _database(places.journal, folder / "journal.db")
        plain = [path for path in sorted(folder.rglob("*")) if _is_plain(path, folder)]
        files = [_entry(path, folder, name) for path in plain] + files
        files += [_link(folder / link, folder, name) for link in links]
        manifest = Manifest(
            VERSION,
            name,
            "incremental" if base is not None else "full",
            now_us,
            cursor,
            (folder / "state.db").exists(),
            places.journal is not None,
            freeze is not None,
            tuple(files),
        )
        data = msgspec.json.format(msgspec.json.encode(manifest))
        (folder / FILE).write_bytes(data)
        (folder / SUMS_FILE).write_bytes(sums(manifest, data))
        _sync(folder)
        folder.rename(place / name)
        _sync_folder(place)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return manifest


def _newest_whole(earlier: list[Path]) -> Manifest | None:
    """What to build on: a backup whose manifest is damaged is no ground for the next."""
    for folder in reversed(earlier):
        try:
            return read_manifest(folder)
        except BackupError:
            continue
    return None


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _database(source: Path, target: Path) -> None:
    """A copy of an SQLite file as of one moment, whoever writes to it."""
    if not source.exists():
        return
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as one,
            closing(sqlite3.connect(target)) as other,
        ):
            one.backup(other)
            other.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise BackupError(_("{path} cannot be saved: {reason}", path=source, reason=error)) from error


def _from_server(state: State, target: Path) -> None:
    """What a database server keeps, as the file that it would be without one."""
    copied = open_state(target)
    try:
        copy_state(state, copied)
    finally:
        copied.close()
    with closing(sqlite3.connect(target)) as database:
        database.execute("PRAGMA journal_mode = DELETE")


def _cursor(state: Path) -> int:
    with closing(sqlite3.connect(state)) as database:
        row = database.execute('SELECT max("offset") FROM cursor').fetchone()
        return int(row[0] or 0)


def _tree(source: Path, target: Path) -> list[Path]:
    """Copy files; links that stay inside (the version of a rule set in use) are returned, others are left out."""
    links: list[Path] = []
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_symlink():
            pointed = path.readlink()
            if not pointed.is_absolute() and ".." not in pointed.parts:
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.symlink_to(pointed)
                links.append(copy.relative_to(target.parent))
        elif path.is_dir():
            copy.mkdir(parents=True, exist_ok=True)
        elif path.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    return links


def _is_plain(path: Path, folder: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.relative_to(folder).parts[0] != "events"


def _free_name(place: Path, now_us: int) -> str:
    """By the second, in the order in which they are made: a second backup within one second gets the next."""
    for turn in range(3600):
        name = f"{PREFIX}{datetime.fromtimestamp(now_us / 10**6 + turn, UTC):%Y%m%dT%H%M%SZ}"
        if not (place / name).exists():
            return name
    raise BackupError(_("{folder} is there already", folder=place / name))


def _events(
    parts: Sequence[Part], folder: Path, name: str, base: Manifest | None
) -> Generator[Progress, None, list[Entry]]:
    """Entries of all parts; those that the base has with the same list of sums are not copied again."""
    known: dict[str, list[Entry]] = {}
    listed: dict[str, str] = {}
    for entry in base.files if base is not None else ():
        if entry.part:
            known.setdefault(entry.part, []).append(entry)
            if entry.path == f"{entry.part}/{SUMS}":
                listed[entry.part] = entry.sha256
    files: list[Entry] = []
    wanted: list[tuple[Path, Path]] = []
    for part in parts:
        path = f"events/{part.table}/{part.name}"
        if listed.get(path) == digest(part.folder / SUMS) and _are_there(folder.parent, known[path]):
            files += known[path]
        else:
            wanted += [
                (found, folder / path / found.relative_to(part.folder)) for found in _inside(part.folder)
            ]
    whole = sum(found.stat().st_size for found, _copy in wanted)
    needs(folder, whole)
    done = 0
    yield Progress(done, whole)
    for found, copy in wanted:
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found, copy)
        files.append(_entry(copy, folder, name))
        done += files[-1].bytes
        yield Progress(done, whole)
    return files


def _inside(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _are_there(place: Path, entries: list[Entry]) -> bool:
    """Whether an earlier backup still has these files, as far as their sizes tell."""
    try:
        return all((place / one.kept_in / one.path).stat().st_size == one.bytes for one in entries)
    except OSError:
        return False


def _entry(path: Path, folder: Path, name: str) -> Entry:
    return Entry(path.relative_to(folder).as_posix(), path.stat().st_size, digest(path), name)


def _link(path: Path, folder: Path, name: str) -> Entry:
    return Entry(path.relative_to(folder).as_posix(), 0, "", name, path.readlink().as_posix())


def _sync(folder: Path) -> None:
    """Files and the folders that name them, onto the disk."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_symlink():
            continue
        if path.is_dir():
            _sync_folder(path)
        else:
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
