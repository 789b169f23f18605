"""Files of NetFlow and IPFIX: datagrams one after another, as IPFIX' file format (RFC 5655) has them.

IPFIX says each message's length, version 5 the number of its flows; in version 9 a message ends where the next begins: a
set has never the number 9. What cannot be read ends the file, with a refusal that says where.
"""

import struct
from collections.abc import Iterator

from keng.formats.base import BLOCK, Item, Readable, rejected
from keng.formats.netflow import NetflowDecoder
from keng.formats.netflow_values import V5_LENGTH
from keng.i18n import _
from keng.model.record import Record

_LARGEST = 65_535


def recognises(head: bytes) -> bool:
    """Begins with a message of one of the three versions whose lengths can be."""
    length = _length(head)
    if length <= 0:
        return False
    if head[:2] == b"\x00\x05":
        return struct.unpack_from("!H", head, 2)[0] <= 30 and (
            len(head) < length or len(head) == length or head[length] == 0
        )
    start = 20 if head[:2] == b"\x00\x09" else 16
    if len(head) < start + 4:
        return False
    number, size = struct.unpack_from("!HH", head, start)
    return size >= 8 and (number >= 256 or number in ((0, 1) if start == 20 else (2, 3)))


def read(source: Readable) -> Iterator[Item]:
    """Each flow, numbered through the file."""
    decoder = NetflowDecoder()
    data, offset, number = b"", 0, 0
    while True:
        ended = False
        while len(data) < 2 * _LARGEST and not ended:
            block = source.read(BLOCK)
            ended = not block
            data += block
        if not data:
            return
        length = _length(data)
        if length <= 0 or length > len(data):
            yield rejected(_("no NetFlow or IPFIX message here; the rest is skipped"), f"byte {offset}", data)
            return
        for item in decoder.decode("", data[:length]):
            if isinstance(item, Record):
                number += 1
                item = Record(item.format, item.fields, number)
            yield item
        data, offset = data[length:], offset + length


def _length(data: bytes) -> int:
    """Bytes of the message at the beginning of the data; 0 if there is none."""
    version = data[:2]
    if version == b"\x00\x05" and len(data) >= 24:
        return 24 + int(struct.unpack_from("!H", data, 2)[0]) * V5_LENGTH
    if version == b"\x00\x0a" and len(data) >= 16:
        length = int(struct.unpack_from("!H", data, 2)[0])
        return length if length >= 16 else 0
    if version != b"\x00\x09" or len(data) < 20:
        return 0
    at = 20
    while len(data) - at >= 4 and at < _LARGEST:
        number, size = struct.unpack_from("!HH", data, at)
        if number in (5, 9, 10) or size < 4:
            break
        at += size
    return min(at, len(data))
