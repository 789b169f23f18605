"""Is a file the one that was followed, or a copy of it? By its first bytes, and those before what was sent."""

import os
from collections.abc import Iterable
from pathlib import Path

from keng.send.book import Place, fingerprint
from keng.send.find import Found, is_related, look
from keng.send.tail import HEAD, TAIL


def is_same(place: Place, one: Found) -> bool:
    """Does the file begin as the place's did, with the same bytes before the place?"""
    try:
        with Path(one.path).open("rb", buffering=0) as file:
            descriptor = file.fileno()
            head = os.pread(descriptor, place.head_size, 0)
            start = place.offset - place.base - place.tail_size
            before = os.pread(descriptor, place.tail_size, start) if start >= 0 else b""
    except OSError:
        return False
    return (not place.head_size or fingerprint(head) == place.head) and (
        not place.tail_size or start < 0 or fingerprint(before) == place.tail
    )


def is_copy(place: Place, one: Found) -> bool:
    """Is it another file with the same beginning, that reaches at least to the place?"""
    return (
        not place.base
        and bool(place.head_size)
        and one.file != (place.device, place.inode)
        and one.size >= place.offset
        and is_same(place, one)
    )


def head_of(path: str) -> bytes:
    """The first 1024 bytes; none if it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            return file.read(HEAD)
    except OSError:
        return b""


def end_of(path: str, size: int) -> bytes:
    """The last 256 bytes before `size`."""
    try:
        with Path(path).open("rb", buffering=0) as file:
            return os.pread(file.fileno(), min(size, TAIL), max(size - TAIL, 0))
    except OSError:
        return b""


def last_line_end(one: Found) -> int:
    """The place behind the last whole line."""
    try:
        with Path(one.path).open("rb") as file:
            start = max(one.size - (1 << 20), 0)
            file.seek(start)
            return start + file.read(one.size - start).rfind(b"\n") + 1
    except OSError:
        return one.size


def is_dormant_copy(places: Iterable[Place], one: Found) -> bool:
    """Is it a copy of a followed file, made by rotation that has not cut the file yet (or just now)?"""
    for place in places:
        if is_related(place.label, one.path) and is_copy(place, one):
            original = look(place.path)
            if original is None or original.file != (place.device, place.inode):
                return True
            if one.size <= original.size and end_of(one.path, one.size) == end_of(place.path, one.size):
                return True
            if not is_same(place, original) or original.size < place.head_size:
                return True  # it was cut between two looks
    return False
