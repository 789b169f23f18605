"""The unsent rest of a file that was packed by rotation while nobody followed it: read out of the .gz and the like."""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import zstandard

from keng.send.book import Place
from keng.send.find import by_inode, is_related
from keng.send.tail import fingerprint

_BLOCK = 1 << 20
_DAMAGE = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zstandard.ZstdError)


def packed_rest(place: Place) -> Iterator[bytes] | None:
    """The bytes from the place on, if a packed file beside it begins as the file did; None if there is none."""
    folder = str(Path(place.path).parent)
    for path in sorted(by_inode(folder).values()):
        if is_related(place.label, path) or is_related(place.path, path):
            blocks = _rest(place, path)
            if blocks is not None:
                return blocks
    return None


def _rest(place: Place, path: str) -> Iterator[bytes] | None:
    """Blocks from the place on, if the file at `path` is the packed one."""
    try:
        file = _open(path)
        if file is None:
            return None
        head = file.read(place.head_size)
        if len(head) < place.head_size or fingerprint(head) != place.head:
            return None
        before = _skip(file, head, place.offset - place.tail_size)
        before += file.read(place.tail_size - len(before)) if len(before) < place.tail_size else b""
        if place.tail_size and fingerprint(before[: place.tail_size]) != place.tail:
            return None
        return _blocks(file, before[place.tail_size :])
    except _DAMAGE:
        return None


def _skip(file: IO[bytes], head: bytes, upto: int) -> bytes:
    """Read on to the place `upto`; what was read beyond it."""
    data = head
    position = len(head)
    while position < upto:
        data = file.read(min(_BLOCK, upto - position))
        if not data:
            raise EOFError
        position += len(data)
    return data[len(data) - (position - upto) :] if position > upto else b""


def _blocks(file: IO[bytes], first: bytes) -> Iterator[bytes]:
    if first:
        yield first
    try:
        while block := file.read(_BLOCK):
            yield block
    except _DAMAGE:
        return  # what could be unpacked was given


def _open(path: str) -> IO[bytes] | None:
    with Path(path).open("rb") as file:
        magic = file.read(6)
    if magic.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.open(path))
    if magic.startswith(b"BZh"):
        return bz2.open(path)
    if magic.startswith(b"\xfd7zXZ\x00"):
        return lzma.open(path)
    if magic.startswith(b"\x28\xb5\x2f\xfd"):
        return cast("IO[bytes]", zstandard.open(path, "rb"))
    return None
