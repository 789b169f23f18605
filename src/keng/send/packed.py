"""Files that were packed by rotation while nobody followed them: their unsent rest is read out of the .gz and the like."""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

import zstandard

from keng.formats.text import encoding_of
from keng.send.book import Place, fingerprint
from keng.send.find import Found, by_inode, is_related, look
from keng.send.tail import HEAD

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


def packed_unseen(
    path: str, since_ns: int, known: Callable[[bytes], bool]
) -> Iterator[tuple[Found, bytes, Iterator[bytes]]]:
    """Packed files that rotation made of the one at `path` since then, oldest first, with first bytes that are not known.

    With each its first bytes and all of its blocks.
    """
    others = (look(other) for other in by_inode(str(Path(path).parent)).values() if is_related(path, other))
    for one in sorted((one for one in others if one is not None), key=lambda one: one.changed_ns):
        if one.changed_ns <= since_ns:
            continue
        try:
            file = _open(one.path)
            head = file.read(HEAD) if file is not None else b""
        except _DAMAGE:
            continue
        text = b"\0" not in head or encoding_of(head)[0] != "utf-8"
        if file is not None and head and text and not known(head):
            yield one, head, _blocks(file, head)


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
