"""Files under the paths that were asked for: recursive, sorted, each once, nothing special opened."""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from keng.i18n import _
from keng.i18n.system_error import system_error
from keng.model.rejected import Rejected
from keng.scan.refused import Refused


class Found(NamedTuple):
    """label: path as reached from the argument; size in bytes; changed_us: last written, µs since the epoch."""

    path: Path
    label: str
    size: int
    changed_us: int


def identity(status: os.stat_result) -> tuple[int, int]:
    """What tells a file from every other on this machine, whatever path it was reached by."""
    return status.st_dev, status.st_ino


def find_files(
    arguments: Sequence[str], without: frozenset[tuple[int, int]] = frozenset()
) -> Iterator[Found | Refused]:
    """Every regular file but those whose `identity` is in `without`; what cannot be opened comes as `Refused`."""
    seen = set(without)
    for argument in arguments:
        yield from _walk(argument, seen)


def _walk(label: str, seen: set[tuple[int, int]]) -> Iterator[Found | Refused]:
    try:
        status = Path(label).stat()
    except (OSError, ValueError) as error:
        yield Refused(label, Rejected(_("cannot be opened: {error}", error=system_error(error))))
        return
    key = identity(status)
    if stat.S_ISREG(status.st_mode):
        if key not in seen:
            seen.add(key)
            yield Found(Path(label), label, status.st_size, status.st_mtime_ns // 1000)
    elif stat.S_ISDIR(status.st_mode):
        # A folder reached a second time, through a symbolic link to a parent for one, ends here.
        if key in seen:
            return
        seen.add(key)
        try:
            names = sorted(path.name for path in Path(label).iterdir())
        except OSError as error:
            yield Refused(label, Rejected(_("folder cannot be read: {error}", error=system_error(error))))
            return
        for name in names:
            yield from _walk(f"{label.rstrip('/')}/{name}", seen)
    else:
        yield Refused(label, Rejected(_("not a file (device, pipe or socket); skipped")))
