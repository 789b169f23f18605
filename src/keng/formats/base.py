"""What a format is, and the bounds that every reader keeps.

A reader sees its input only through `read(n)`: it works the same on a file, inside an archive and on bytes
from the network. It yields one `Record` or one `Rejected` for each entry, in order, and never holds more
than one entry and one block in memory.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol, TypeVar

import msgspec

from keng.model.record import Record
from keng.model.rejected import Rejected

MAX_RECORD = 16 << 20
"""Bytes of one entry. Longer ones are refused and skipped."""

HEAD = 64 << 10
"""Bytes from the start of an input that recognition may look at."""

BLOCK = 1 << 20
"""Bytes asked for at once."""

KEPT = 512
"""Bytes of a refused entry that are kept in `Rejected.raw`."""

HOST = "@host"
"""Key under which a record carries the host name of the envelope it came in (syslog header, shipper's document)."""

HEADER = "@syslog"
"""Key under which a record carries the fields of the syslog line that it stood in."""

Item = Record | Rejected
Kept = TypeVar("Kept")


class Readable(Protocol):
    """Any source of bytes: at most `size` bytes at a time, `b""` at the end. May raise `StreamError`."""

    def read(self, size: int, /) -> bytes: ...


class StreamError(Exception):
    """The bytes themselves cannot be read on (cut archive, wrong checksum, a bomb). Says where and why."""

    def __init__(self, reason: str, position: str = "") -> None:
        super().__init__(reason)
        self.position = position


class Passed(NamedTuple):
    """So many entries of a format that a sieve let nothing through of: they are good, and nobody wants them."""

    format: str
    number: int


class Sifted(NamedTuple):
    """kept: places of the entries that are wanted, in order; passed: by format, how many of the others."""

    kept: list[int]
    passed: dict[str, int]


class Sieve(Protocol):
    """Tells of entries in JSON which must be read."""

    def over(self, batches: Iterator[tuple[Kept, list[bytes]]]) -> Iterator[tuple[Kept, Sifted]]:
        """Of each batch, in order, what came with it and what the sieve says of its entries. Batches are taken before
        their turn; what `batches` raises is raised after those that came before."""
        ...


class Format(msgspec.Struct, frozen=True):
    """One log format.

    name: as it stands in `Record.format` (a family such as "json" names each record by its shape).
    recognises: is this the head (at most HEAD bytes) of such an input? By content alone.
    read: all entries of an input.
    parse: one entry that arrived alone, with its position; None for binary formats.
    sifted: all entries of an input but those that a sieve does not want; None where none can be left out unread.
    """

    name: str
    recognises: Callable[[bytes], bool]
    read: Callable[[Readable], Iterator[Item]]
    parse: Callable[[bytes, int], Item] | None = None
    sifted: Callable[[Readable, Sieve], Iterator[Item | Passed]] | None = None


def rejected(reason: str, position: str, raw: bytes = b"") -> Rejected:
    """A `Rejected` that keeps no more than KEPT bytes."""
    return Rejected(reason, position, bytes(raw[:KEPT]))
