"""What the files of a data folder were when the centre ended well: sums, so that a change in rest is noticed.

SQLite finds a damaged page, not a changed letter in a text; the event store checks its parts, not its own notes. The seal
covers those: `seal.json` names every file but the parts of events (they have sums of their own), rules (people change
them), caches and locks. It is removed when the folder is opened and made when it is closed, so after a kill there is none.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from keng.backup.manifest import digest

FILE = "seal.json"
_SKIPPED = frozenset({FILE, "lock", "control.sock", "cache", "rules", "keng.lock", "reserve"})
_WITHOUT_SUMS = frozenset(
    {
        "checksums.txt",
        "columns.txt",
        "columns_substreams.txt",
        "count.txt",  # has one, but the store drops a part that counts nothing before it looks
        "default_compression_codec.txt",
        "metadata_version.txt",
    }
)


def seal(folder: Path) -> None:
    """Write the sums. Everything in the folder is closed."""
    sums = {path: digest(folder / path) for path in sealed(folder)}
    growing = folder / (FILE + ".new")
    with growing.open("wb") as file:
        file.write(msgspec.json.encode(sums, order="sorted"))
        file.flush()
        os.fsync(file.fileno())
    growing.replace(folder / FILE)


def unseal(folder: Path) -> None:
    """The files are going to change."""
    (folder / FILE).unlink(missing_ok=True)


@contextmanager
def resealing(folder: Path) -> Iterator[None]:
    """For a command that changes a file while no centre runs: a seal that holds before holds after, too."""
    whole = broken(folder) == ()
    try:
        yield
    finally:
        if whole and (folder / FILE).exists():  # else a centre has started meanwhile
            seal(folder)


def broken(folder: Path) -> tuple[str, ...] | None:
    """Files that are missing, new or changed since the seal; None where there is no seal that can be read."""
    try:
        sums = msgspec.json.decode((folder / FILE).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.MsgspecError):
        return None
    now = set(sealed(folder))
    changed = [path for path in sums if path not in now or digest(folder / path) != sums[path]]
    return tuple(sorted([*changed, *(now - set(sums))]))


def sealed(folder: Path) -> list[str]:
    """The files that a seal covers."""
    found = []
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        skipped = any(part in _SKIPPED for part in parts) or path.name.endswith((".lock", ".new"))
        # events/store/abc/<table>/<part>/<file>; beside the parts lie a table's own notes, and some files of a part have
        # no sums there.
        in_parts = (
            parts[0] == "events"
            and parts[1:2] in (("tmp",), ("shadow",), ("store",))
            and (parts[1] != "store" or (len(parts) > 5 and path.name not in _WITHOUT_SUMS))
        )
        # Files beside an SQLite file that say nothing.
        skipped = (
            skipped or path.name.endswith("-shm") or (path.name.endswith("-wal") and not path.stat().st_size)
        )
        if path.is_file() and not path.is_symlink() and not skipped and not in_parts:
            found.append("/".join(parts))
    return sorted(found)
