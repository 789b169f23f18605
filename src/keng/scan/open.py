"""Opens one file down to its logs: plain, .gz, .zst, .zip, and these in each other to a depth of 4.

What it is, is told by content, as everywhere. Nothing is unpacked to disk but a zip inside another archive, which
needs to be read from its end: up to 64 MiB of it in memory, more in an unnamed temporary file.
"""

import tempfile
from collections.abc import Iterator
from typing import IO, NamedTuple, cast

from keng.formats.base import BLOCK, Readable, StreamError
from keng.formats.text import Rewound, read_head
from keng.i18n import _
from keng.i18n.system_error import system_error
from keng.model.rejected import Rejected
from keng.scan.budget import DEPTH, Budget
from keng.scan.inflate import GZIP, ZSTD, Inflated
from keng.scan.refused import Refused
from keng.scan.zip_members import members

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_SPOOL = 64 << 20


class Log(NamedTuple):
    """One log: label as reached (`outer.zip!inner.json`), its bytes, when it was last written (0: not known)."""

    label: str
    source: Readable
    changed_us: int


class _Steady:
    """A source that fails again at every read after the damage, so that what is before it can be looked at first."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self._damage: StreamError | None = None

    def read(self, size: int, /) -> bytes:
        if self._damage is not None:
            raise self._damage
        try:
            return self._source.read(size)
        except StreamError as damage:
            self._damage = damage
            raise


def open_logs(file: IO[bytes], label: str, size: int, changed_us: int) -> Iterator[Log | Refused]:
    """Every log in an opened file. What cannot be taken comes as `Refused`."""
    yield from _unpack(file, label, changed_us, Budget(size), 0, file)


def _unpack(
    source: Readable, label: str, changed_us: int, budget: Budget, depth: int, file: IO[bytes] | None
) -> Iterator[Log | Refused]:
    try:
        head = read_head(source)
        kind = _kind(head)
        if kind is None:
            yield Log(label, Rewound(head, source), changed_us)
            return
        if depth >= DEPTH:
            yield Refused(label, Rejected(_("archives nested deeper than {depth}; skipped", depth=DEPTH)))
            return
        if kind == "zip":
            yield from _zip(Rewound(head, source), label, changed_us, budget, depth, file)
        else:
            inner = Inflated(Rewound(head, source), budget, GZIP if kind == "gzip" else ZSTD)
            yield from _unpack(_Steady(inner), label, changed_us, budget, depth + 1, None)
    except StreamError as damage:
        yield Refused(label, Rejected(str(damage), damage.position))
    except OSError as error:
        yield Refused(label, Rejected(_("cannot be read: {error}", error=system_error(error))))


def _kind(head: bytes) -> str | None:
    if head.startswith(GZIP + b"\x08"):
        return "gzip"
    if head.startswith(ZSTD) or (head[1:4] == b"\x2a\x4d\x18" and head[:1] and 0x50 <= head[0] <= 0x5F):
        return "zstd"
    if head.startswith(_ZIP):
        return "zip"
    return None


def _zip(
    source: Readable, label: str, changed_us: int, budget: Budget, depth: int, file: IO[bytes] | None
) -> Iterator[Log | Refused]:
    if file is None:
        with tempfile.SpooledTemporaryFile(max_size=_SPOOL) as spooled:
            while block := source.read(BLOCK):
                spooled.write(block)
            yield from _members(cast("IO[bytes]", spooled), label, changed_us, budget, depth)
    else:
        yield from _members(file, label, changed_us, budget, depth)


def _members(
    file: IO[bytes], label: str, changed_us: int, budget: Budget, depth: int
) -> Iterator[Log | Refused]:
    for member in members(file, budget):
        if isinstance(member, Refused):
            yield Refused(f"{label}!{member.where}" if member.where else label, member.problem)
        elif not member.name.startswith("__MACOSX/"):
            inner = f"{label}!{member.name}"
            yield from _unpack(
                _Steady(member.source), inner, member.changed_us or changed_us, budget, depth + 1, None
            )
