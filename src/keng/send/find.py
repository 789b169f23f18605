"""Which files there are: those that the paths name, those of a folder, and rotated ones by their names."""

import glob
import os
import re
import stat
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

PACKED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ\x00", b"PK\x03\x04")
_MAX_DEPTH = 20
_ROTATED = r"[.\-_]?\d[\w.\-]*|[.\-_](?:old|bak|prev)"


class Found(NamedTuple):
    """A regular file that is there."""

    path: str
    device: int
    inode: int
    size: int
    changed_ns: int

    @property
    def file(self) -> tuple[int, int]:
        """Device and inode."""
        return self.device, self.inode


def look(path: str) -> Found | None:
    """The file at this path; None if there is none, or something else than a file."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return Found(path, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def find(patterns: Sequence[str]) -> dict[tuple[int, int], Found]:
    """Every file once: named ones, those of a folder and below, those of a pattern such as /var/log/*.log."""
    found: dict[tuple[int, int], Found] = {}
    for pattern in patterns:
        for path in sorted(glob.glob(pattern, recursive=True)) if glob.has_magic(pattern) else (pattern,):  # noqa: PTH207
            for one in _below(path, 0):
                found.setdefault(one.file, one)
    return found


def _below(path: str, depth: int) -> Iterator[Found]:
    one = look(path)
    if one is not None:
        yield one
        return
    try:
        names = sorted(os.listdir(path)) if depth < _MAX_DEPTH else []  # noqa: PTH208
    except OSError:
        return
    for name in names:
        inner = os.path.join(path, name)  # noqa: PTH118
        # Links to folders are not gone into: they may lead around in circles.
        if not name.startswith(".") and not (os.path.islink(inner) and os.path.isdir(inner)):  # noqa: PTH112, PTH114
            yield from _below(inner, depth + 1)


def by_inode(folder: str) -> dict[int, str]:
    """The paths of a folder's entries by their inodes."""
    try:
        with os.scandir(folder) as entries:
            return {entry.inode(): entry.path for entry in entries}
    except OSError:
        return {}


@lru_cache(4096)
def _names(name: str) -> re.Pattern[str]:
    stem, suffix = (Path(name).stem, Path(name).suffix)
    return re.compile(
        f"{re.escape(name)}(?:{_ROTATED})|{re.escape(stem)}(?:{_ROTATED}){re.escape(suffix)}", re.IGNORECASE
    )


def is_related(path: str, other: str) -> bool:
    """Is `other`, by its folder and name, what rotation makes of `path` (access.log.1, access-20261124.log)?"""
    folder, name = os.path.split(path)
    other_folder, other_name = os.path.split(other)
    return folder == other_folder and name != other_name and _names(name).fullmatch(other_name) is not None


def origin_of(path: str) -> str:
    """Where the file was before rotation, by the names of its folder; the path itself if nothing tells."""
    others = by_inode(os.path.dirname(path)).values()  # noqa: PTH120
    return min((other for other in others if is_related(other, path)), key=len, default=path)


def rotated(path: str) -> list[Found]:
    """Files that rotation may have made of the one at `path`, oldest first; packed ones left out."""
    others = [other for other in by_inode(os.path.dirname(path)).values() if is_related(path, other)]  # noqa: PTH120
    found = [one for one in map(look, others) if one is not None and not is_packed(one.path)]
    return sorted(found, key=lambda one: one.changed_ns)


def is_packed(path: str) -> bool:
    """Is the file compressed, by its content? (One that cannot be read counts as such.)"""
    try:
        with Path(path).open("rb") as file:
            return file.read(8).startswith(PACKED)
    except OSError:
        return True
