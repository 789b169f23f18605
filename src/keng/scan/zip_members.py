"""Members of a zip archive, one after another, read in memory only; names never become paths.

Where the directory is damaged, what the members' own headers tell is read (see `zip_salvage`).
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, NamedTuple

from keng.formats.base import Readable, StreamError
from keng.i18n import _
from keng.model.rejected import Rejected
from keng.scan.budget import MEMBERS, Budget
from keng.scan.refused import Refused
from keng.scan.zip_salvage import salvaged

_DIRECTORY_LIMIT = 64 << 20
_ENCRYPTED = 0x1


class Member(NamedTuple):
    """name as the archive writes it; changed_us: its time stamp, 0 if it makes no sense."""

    name: str
    source: Readable
    changed_us: int


class _Entry:
    """Reads one member, counts against the budget, turns the library's errors into StreamError."""

    def __init__(self, file: IO[bytes], budget: Budget) -> None:
        self._file = file
        self._budget = budget
        self._taken = 0

    def read(self, size: int, /) -> bytes:
        try:
            data = self._file.read(min(size, 1 << 20))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error) as error:
            raise StreamError(_("damaged zip member: {error}", error=error), f"byte {self._taken}") from None
        self._taken += len(data)
        self._budget.spend(len(data))
        return data


def members(file: IO[bytes], budget: Budget) -> Iterator[Member | Refused]:
    """Every file in the archive. What cannot be opened comes as `Refused` under its name."""
    if (size := _directory_size(file)) > _DIRECTORY_LIMIT:
        yield Refused("", Rejected(_("the zip's directory is {size} bytes; refused", size=size)))
        return
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, RuntimeError, EOFError):
        yield Refused("", Rejected(_("damaged zip archive: what its members' own headers tell is read")))
        for found in salvaged(file, budget):
            yield found if isinstance(found, Refused) else Member(found[0], found[1], 0)
        return
    with archive:
        entries = archive.infolist()
        if len(entries) > MEMBERS:
            yield Refused(
                "",
                Rejected(
                    _("{count} members, only the first {limit} are read", count=len(entries), limit=MEMBERS)
                ),
            )
        for entry in entries[:MEMBERS]:
            if entry.is_dir():
                continue
            if entry.flag_bits & _ENCRYPTED:
                yield Refused(entry.filename, Rejected(_("needs a password: unpack it first")))
                continue
            try:
                opened = archive.open(entry)
            except (
                zipfile.BadZipFile,
                RuntimeError,
                OSError,
                ValueError,
                struct.error,
                EOFError,
                zlib.error,
            ) as error:
                yield Refused(entry.filename, Rejected(_("cannot be unpacked: {error}", error=error)))
                continue
            with opened:
                yield Member(entry.filename, _Entry(opened, budget), _changed_us(entry))


def _changed_us(entry: zipfile.ZipInfo) -> int:
    try:
        year, month, day, hour, minute, second = entry.date_time
        return (
            int(datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC).timestamp()) * 1_000_000
        )
    except (ValueError, OverflowError):
        return 0


def _directory_size(file: IO[bytes]) -> int:
    """Size of the central directory as the archive's end record says: the library would load all of it."""
    end = file.seek(0, 2)
    start = max(end - 65_557, 0)
    file.seek(start)
    tail = file.read(end - start)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or place + 22 > len(tail):
        return 0
    size = int(struct.unpack_from("<I", tail, place + 12)[0])
    if size == 0xFFFFFFFF and (large := tail.rfind(b"PK\x06\x06", 0, place)) >= 0 and large + 48 <= len(tail):
        size = int(struct.unpack_from("<Q", tail, large + 40)[0])
    return size
