"""Members of a zip whose directory is damaged or cut off, read from their own headers one after another.

    local header   50 4B 03 04 · 6 flags (u16) · 8 method (u16) · 18 packed size (u32) · 26 name length (u16)
                   28 extra length (u16) · 30 name, extra, data

Deflated data ends by itself, so its size need not be known; stored data needs the size in the header.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import IO

from keng.formats.base import BLOCK, StreamError
from keng.i18n import _
from keng.model.rejected import Rejected
from keng.scan.budget import MEMBERS, Budget
from keng.scan.refused import Refused

_MAGIC = b"PK\x03\x04"
_HEADER = 30
_STORED, _DEFLATED = 0, 8
_OUTPUT = 1 << 20


class _Input:
    """The archive's bytes with a look ahead."""

    def __init__(self, file: IO[bytes]) -> None:
        file.seek(0)
        self._file = file
        self.data = b""

    def fill(self, size: int) -> bool:
        """Have at least `size` bytes; false if the file ends before."""
        while len(self.data) < size:
            block = self._file.read(BLOCK)
            if not block:
                return False
            self.data += block
        return True

    def next_header(self) -> bool:
        """Move to the next local header."""
        while (place := self.data.find(_MAGIC)) < 0:
            self.data = self.data[-3:]
            if not self.fill(len(self.data) + 1):
                return False
        self.data = self.data[place:]
        return self.fill(_HEADER)


class SalvagedEntry:
    """One member's data. `read` raises StreamError where it is cut or damaged."""

    def __init__(self, source: _Input, size: int | None, budget: Budget) -> None:
        self._input = source
        self._budget = budget
        self._left = size
        self._inflater = zlib.decompressobj(wbits=-15) if size is None else None
        self._given = 0

    def read(self, size: int, /) -> bytes:
        out = self._stored(size) if self._inflater is None else self._inflated(self._inflater)
        self._given += len(out)
        self._budget.spend(len(out))
        return out

    def _stored(self, size: int) -> bytes:
        if not self._left:
            return b""
        if not self._input.fill(1):
            raise self._cut()
        out = self._input.data[: min(size, self._left, _OUTPUT)]
        self._input.data = self._input.data[len(out) :]
        self._left -= len(out)
        return out

    def _inflated(self, inflater: "zlib._Decompress") -> bytes:
        ended = inflater.eof
        while not ended:
            piece = inflater.unconsumed_tail
            if not piece:
                if not self._input.fill(1):
                    raise self._cut()
                piece, self._input.data = self._input.data, b""
            try:
                out = inflater.decompress(piece, _OUTPUT)
            except zlib.error as error:
                raise StreamError(
                    _("damaged zip member: {error}", error=error), f"byte {self._given}"
                ) from None
            ended = inflater.eof
            if ended:
                self._input.data = inflater.unused_data + self._input.data
            if out:
                return out
        return b""

    def _cut(self) -> StreamError:
        return StreamError(_("the {kind} stream is cut short", kind="zip"), f"byte {self._given}")

    def skip(self) -> None:
        """Past what nobody has read of it."""
        try:
            while self.read(_OUTPUT):
                pass
        except StreamError:
            return


def salvaged(file: IO[bytes], budget: Budget) -> Iterator[tuple[str, SalvagedEntry] | Refused]:
    """Name and data of each member that has a header of its own, at most MEMBERS."""
    source = _Input(file)
    for _number in range(MEMBERS):
        if not source.next_header():
            return
        flags, method = struct.unpack_from("<HH", source.data, 6)
        packed, _unpacked, name_size, extra_size = struct.unpack_from("<IIHH", source.data, 18)
        if not source.fill(_HEADER + name_size + extra_size):
            return
        name = source.data[_HEADER : _HEADER + name_size].decode(
            "utf-8" if flags & 0x800 else "cp437", "replace"
        )
        source.data = source.data[_HEADER + name_size + extra_size :]
        if not name:
            continue
        if flags & 1:
            yield Refused(name, Rejected(_("needs a password: unpack it first")))
        elif method == _DEFLATED or (method == _STORED and not flags & 8):
            entry = SalvagedEntry(source, None if method == _DEFLATED else packed, budget)
            if not name.endswith("/"):
                yield name, entry
            entry.skip()
