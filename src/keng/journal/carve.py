"""Entries of a journal file read page by page, without the tree that says where they are: the tree may be what is damaged.

Layout (SQLite's file format): pages of a size that stands at byte 16 of the file. A leaf of a table begins with 0x0d (on page 1
after the file's header of 100 bytes), the number of cells at 3, and their places from 8 on, two bytes each. A cell is the
payload's length and the row's number (varints), then the payload, whose end may lie on a chain of overflow pages: next page
(4 bytes), bytes. The payload is a header (its length, a type for each column) and the values: for an entry a null (the
offset is the row's number), two integers and a blob. What is found is an entry if its batch can be unpacked.
"""

import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from keng.journal.encoding import DamagedEntryError, unpack

_LEAF = 0x0D
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 8: 0, 9: 0}  # type → bytes; 8 and 9 are the numbers 0 and 1
MAX_PAYLOAD = 1 << 30


class Row(NamedTuple):
    """An entry as the table has it."""

    offset: int
    records: int
    plain: int
    data: bytes


class _Pages:
    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        size = int.from_bytes(data[16:18], "big")
        size = 65536 if size == 1 else size
        self.size = size if 512 <= size <= 65536 and size & (size - 1) == 0 else 4096

    def __iter__(self) -> Iterator[tuple[bytes, int]]:
        for start in range(0, len(self._data), self.size):
            yield self._data[start : start + self.size], 0 if start else 100

    def page(self, number: int) -> bytes:
        start = (number - 1) * self.size
        return self._data[start : start + self.size] if number > 0 else b""


def carve(path: Path) -> Iterator[Row]:
    """All entries that can be found, in no order, perhaps some twice. Raises OSError."""
    with path.open("rb") as file:
        if not path.stat().st_size:
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            pages = _Pages(data)
            for page, at in pages:
                if len(page) == pages.size and page[at] == _LEAF:
                    yield from _cells(page, at, pages)


def _cells(page: bytes, at: int, pages: _Pages) -> Iterator[Row]:
    number = int.from_bytes(page[at + 3 : at + 5], "big")
    for n in range(min(number, pages.size // 4)):
        place = at + 8 + 2 * n
        start = int.from_bytes(page[place : place + 2], "big")
        try:
            row = _row(page, start, pages)
            if row is not None:
                unpack(row.data)
                yield row
        except (IndexError, DamagedEntryError):
            continue  # the cell is damaged, or of another table


def _row(page: bytes, start: int, pages: _Pages) -> Row | None:
    length, at = _varint(page, start)
    offset, at = _varint(page, at)
    if not 0 < length <= MAX_PAYLOAD:
        return None
    payload = _payload(page, at, length, pages)
    end, at = _varint(payload, 0)
    types = []
    while at < end:
        kind, at = _varint(payload, at)
        types.append(kind)
    if len(types) != 4 or types[0] != 0 or types[3] < 12 or types[3] % 2:
        return None
    numbers = []
    for kind in types[1:3]:
        width = _INTEGERS.get(kind)
        if width is None:
            return None
        numbers.append(
            kind - 8 if width == 0 else int.from_bytes(payload[at : at + width], "big", signed=True)
        )
        at += width
    return Row(offset, numbers[0], numbers[1], payload[at : at + (types[3] - 12) // 2])


def _payload(page: bytes, at: int, length: int, pages: _Pages) -> bytes:
    usable = pages.size
    if length <= usable - 35:
        return page[at : at + length]
    least = (usable - 12) * 32 // 255 - 23
    local = least + (length - least) % (usable - 4)
    local = local if local <= usable - 35 else least
    payload = bytearray(page[at : at + local])
    following = int.from_bytes(page[at + local : at + local + 4], "big")
    while len(payload) < length:
        overflow = pages.page(following)
        if len(overflow) < usable:
            raise IndexError  # the chain leads out of the file
        payload += overflow[4:]
        following = int.from_bytes(overflow[:4], "big")
    return bytes(payload[:length])


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """SQLite's: seven bits a byte, the highest first, at most nine bytes (of the ninth all eight)."""
    value = 0
    for n in range(8):
        byte = data[at + n]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + n + 1
    return value << 8 | data[at + 8], at + 9
