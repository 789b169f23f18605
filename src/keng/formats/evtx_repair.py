"""Makes a damaged EVTX chunk readable again: what is broken is fenced off, the rest keeps its place.

Binary XML refers to names and templates by their offset in the chunk, so nothing may move. A stretch that is
no chain of records becomes one record of the same length (the parser refuses that one and goes on); a name
table that leads outside its chunk is emptied (the parser then reads names where they stand).
"""

import struct
from typing import NamedTuple

from keng.i18n import _

_FIRST = 512
_MAGIC = b"\x2a\x2a\0\0"
_NAMES, _NAMES_END = 128, 384
_MINIMUM = 28


class Damage(NamedTuple):
    """offset: in the chunk; record: its id, 0 if not known; fenced: the parser will complain about it once more."""

    offset: int
    reason: str
    record: int = 0
    fenced: bool = False


def repaired(chunk: bytes) -> tuple[bytes, list[Damage]]:
    """The chunk with every damage fenced off, and the damages."""
    data = bytearray(chunk)
    damages: list[Damage] = []
    place, last = _FIRST, max(_first_id(data) - 1, 0)
    end = _end_of_records(data)
    while place < end:
        size = _record_at(data, place)
        if size:
            last = struct.unpack_from("<Q", data, place + 8)[0]
            place += size
            continue
        following = place + 4
        while (following := data.find(_MAGIC, following)) >= 0 and not _record_at(data, following):
            following += 1
        stop = following if following >= 0 else end
        if stop - place < _MINIMUM:
            # Too short to be fenced off: the beginning of a record, cut.
            damages.append(
                Damage(place, _("damaged record, {count} bytes; skipped", count=stop - place), last + 1)
            )
            data[place:stop] = bytes(stop - place)
            place = stop
            continue
        last += 1
        damages.append(
            Damage(place, _("damaged record, {count} bytes; skipped", count=stop - place), last, fenced=True)
        )
        struct.pack_into("<4sIQQ", data, place, _MAGIC, stop - place, last, 0)
        data[place + 24 : stop - 4] = b"\xff" * (stop - place - 28)
        place = stop
    if not _names_hold(data):
        data[_NAMES:_NAMES_END] = bytes(_NAMES_END - _NAMES)
        damages.append(Damage(_NAMES, _("the chunk's table of names is damaged; read without it")))
    return bytes(data), damages


def record_places(chunk: bytes) -> dict[int, int]:
    """Offset in the chunk of each record, by its id."""
    data = bytearray(chunk)
    places: dict[int, int] = {}
    place = _FIRST
    while size := _record_at(data, place):
        places.setdefault(int(struct.unpack_from("<Q", data, place + 8)[0]), place)
        place += size
    return places


def _first_id(data: bytearray) -> int:
    """The first record's id by the chunk's header, if the header makes sense; else 1."""
    first, last = struct.unpack_from("<QQ", data, 24)
    return int(first) if 0 < first <= last < first + 4096 else 1


def _end_of_records(data: bytearray) -> int:
    """Where the used part ends: the last byte that is not zero, rounded up."""
    return len(bytes(data).rstrip(b"\0"))


def _record_at(data: bytearray, place: int) -> int:
    """Size of the record that stands there whole; 0 if none does."""
    if data[place : place + 4] != _MAGIC or place + _MINIMUM > len(data):
        return 0
    size = int(struct.unpack_from("<I", data, place + 4)[0])
    if size < _MINIMUM or place + size > len(data):
        return 0
    if struct.unpack_from("<I", data, place + size - 4)[0] != size:
        return 0
    return size


def _names_hold(data: bytearray) -> bool:
    """Does every chain of the name table stay inside the chunk and end?"""
    for bucket in range(_NAMES, _NAMES_END, 4):
        place = int(struct.unpack_from("<I", data, bucket)[0])
        steps = 0
        while place:
            steps += 1
            if steps > 4096 or place < _FIRST or place + 10 > len(data):
                return False
            following, _hash, length = struct.unpack_from("<IHH", data, place)
            if place + 8 + 2 * length > len(data):
                return False
            place = int(following)
    return True
