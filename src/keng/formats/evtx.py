"""Windows event log files, in the layout that Windows Vista and later write.

    file      4096 bytes header "ElfFile\\0", then chunks of 65536 bytes
    chunk       0  "ElfChnk\\0"           128  64 offsets: names by hash      384  32 offsets: templates
                8  first, last number     512  records, back to back
               48  free space offset (u32)
    record      0  2A 2A 00 00   4 size (u32)   8 record id (u64)   16 FILETIME   24 binary XML   …   size again

The binary XML is read by the Rust parser `evtx`, many chunks at a time. We cut the file into chunks ourselves:
so it is read as a stream, also inside archives, a wrong file header or a missing piece costs nothing but
itself, and each damage is reported with its place. A record's position is its EventRecordID.
"""

import io
import re
import struct
from collections.abc import Iterator
from typing import Any
from zlib import crc32

import orjson
from evtx import PyEvtxParser

from keng.formats.base import Item, Passed, Readable, Sieve, StreamError, rejected
from keng.formats.evtx_repair import record_places, repaired
from keng.i18n import _
from keng.model.record import Record
from keng.model.rejected import Rejected

NAME = "evtx"
_FILE = b"ElfFile\0"
_CHUNK = b"ElfChnk\0"
_HEADER_SIZE = 4096
_CHUNK_SIZE = 65536
_TOGETHER = 16
_RECORD = re.compile(r"Failed to parse record number (\d+): ")
# What the parser needs to see before chunks: magic, version 3.1, header size, chunk count (0: read to the end).
_HEADER = (
    _FILE
    + bytes(24)
    + (128).to_bytes(4, "little")
    + (1).to_bytes(2, "little")
    + (3).to_bytes(2, "little")
    + (4096).to_bytes(2, "little")
    + (0xFFFF).to_bytes(2, "little")
).ljust(_HEADER_SIZE, b"\0")


def recognises(head: bytes) -> bool:
    """The file's magic, or a chunk's where the file header is damaged or missing."""
    return head.startswith(_FILE) or _CHUNK in head


def read(source: Readable) -> Iterator[Item]:
    """Each record, in the file's order."""
    for part in _parts(source):
        yield from [part] if isinstance(part, Rejected) else map(_record, part)


def sifted(source: Readable, sieve: Sieve) -> Iterator[Item | Passed]:
    """The same without those records that the sieve does not want."""
    for part, (kept, passed) in sieve.over(_texts(source)):
        if isinstance(part, Rejected):
            yield part
            continue
        if number := sum(passed.values()):
            yield Passed(NAME, number)
        for place in kept:
            yield _record(part[place])


_Entries = list[tuple[int, str]]
"""Records as JSON, with their EventRecordIDs."""


def _texts(source: Readable) -> Iterator[tuple[_Entries | Rejected, list[bytes]]]:
    for part in _parts(source):
        yield part, [] if isinstance(part, Rejected) else [text.encode() for _number, text in part]


def _parts(source: Readable) -> Iterator[_Entries | Rejected]:
    """The entries of some chunks together, and each damage in its place."""
    waiting: list[tuple[int, bytes]] = []
    try:
        for found in _chunks(source):
            if isinstance(found, Rejected):
                yield from _entries(waiting)
                waiting = []
                yield found
                continue
            waiting.append(found)
            if len(waiting) == _TOGETHER:
                yield from _entries(waiting)
                waiting = []
    except StreamError:
        yield from _entries(waiting)  # what came before the damage
        raise
    yield from _entries(waiting)


def _chunks(source: Readable) -> Iterator[tuple[int, bytes] | Rejected]:
    """Each chunk with its offset in the file; what is no chunk is reported, zeros are not."""
    data = _read_up_to(source, b"", _HEADER_SIZE)
    offset = 0
    if data.startswith(_FILE):
        if len(data) < _HEADER_SIZE:
            yield rejected(_("the file ends inside its header"), f"byte {len(data)}", data)
            return
        offset, data = len(data), b""
    else:
        yield rejected(_("the file header is damaged or missing; reading the chunks"), "byte 0", data)
    lost_at, lost, lost_head = 0, 0, b""
    while data := _read_up_to(source, data, _CHUNK_SIZE):
        start = 0 if data.startswith(_CHUNK) else data.find(_CHUNK)
        if start:
            skip = start if start > 0 else max(len(data) - len(_CHUNK), 0) or len(data)
            if any(data[:skip]):
                lost_at, lost_head = (lost_at, lost_head) if lost else (offset, data[:skip])
                lost += skip
            offset, data = offset + skip, data[skip:]
            if start < 0:
                if len(data) <= len(_CHUNK) and not any(data):
                    data = b""
                continue
        if lost:
            yield rejected(
                _("{count} bytes that are no chunk; skipped", count=lost), f"byte {lost_at}", lost_head
            )
            lost = 0
        data = _read_up_to(source, data, _CHUNK_SIZE)
        early = _early_chunk(data)
        if early:
            yield rejected(
                _("a chunk begins too early: bytes are missing before it"), f"byte {offset + early}"
            )
        elif len(data) < _CHUNK_SIZE:
            yield rejected(_("the file ends in the middle of a chunk"), f"byte {offset + len(data)}")
        size = early or _CHUNK_SIZE
        yield offset, data[:size].ljust(_CHUNK_SIZE, b"\0")
        offset, data = offset + size, data[size:]
    if lost:
        yield rejected(
            _("{count} bytes that are no chunk; skipped", count=lost), f"byte {lost_at}", lost_head
        )


def _early_chunk(data: bytes) -> int:
    """Where another chunk begins inside this one's place (its header's checksum holds); 0 if nowhere."""
    place = data.find(_CHUNK, 1)
    while place > 0:
        head = data[place : place + 512]
        if len(head) == 512 and crc32(head[128:], crc32(head[:120])) == int.from_bytes(
            head[124:128], "little"
        ):
            return place
        place = data.find(_CHUNK, place + 1)
    return 0


def _read_up_to(source: Readable, data: bytes, size: int) -> bytes:
    parts = [data]
    missing = size - len(data)
    while missing > 0 and (block := source.read(missing)):
        parts.append(block)
        missing -= len(block)
    return b"".join(parts)


def _entries(chunks: list[tuple[int, bytes]]) -> Iterator[_Entries | Rejected]:
    if not chunks:
        return
    entries, errors = _parse(b"".join(chunk for _offset, chunk in chunks))
    if not errors and len(entries) == sum(_promised(chunk) for _, chunk in chunks):
        yield entries
        return
    for offset, chunk in chunks:
        entries, errors = _parse(chunk)
        if not errors and len(entries) == _promised(chunk):
            yield entries
        else:
            yield from _recovered(offset, chunk)


def _record(entry: tuple[int, str]) -> Item:
    number, text = entry
    fields = _fields(text)
    if isinstance(fields, str):
        return rejected(_("damaged record: {error}", error=fields), f"record {number}", text.encode())
    return Record(NAME, fields, number)


def _fields(text: str) -> dict[str, Any] | str:
    """The record that the parser wrote as JSON, or why it is none."""
    try:
        fields = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return str(error)
    if type(fields) is not dict or type(fields.get("Event")) is not dict:
        return "it is empty"
    return fields


def _promised(chunk: bytes) -> int:
    """How many records the chunk's header says it holds."""
    first, last = struct.unpack_from("<QQ", chunk, 8)
    return int(last - first + 1) if 0 < first <= last else 0


def _recovered(offset: int, chunk: bytes) -> Iterator[_Entries | Rejected]:
    """What can be read of a damaged chunk, with a report of each thing that cannot."""
    fixed, damages = repaired(chunk)
    for damage in damages:
        record = f", record {damage.record}" if damage.record else ""
        yield rejected(damage.reason, f"byte {offset + damage.offset}{record}")
    entries, errors = _parse(fixed)
    fenced = {damage.record for damage in damages if damage.fenced}
    places = record_places(fixed)
    for text in errors:
        match = _RECORD.match(text)
        number = int(match[1]) if match else 0
        if number and number in fenced:
            continue
        where = f"byte {offset + places.get(number, 0)}" + (f", record {number}" if number else "")
        yield rejected(
            _("damaged record: {error}", error=text[match.end() :])
            if match
            else _("damaged chunk: {error}", error=text),
            where,
        )
    whole: _Entries = []
    for number, written in entries:
        if not isinstance(fault := _fields(written), str):
            whole.append((number, written))
        elif number not in fenced:
            place = offset + places.get(number, 0)
            yield rejected(_("damaged record: {error}", error=fault), f"byte {place}, record {number}")
    yield whole


def _parse(chunks: bytes) -> tuple[_Entries, list[str]]:
    """All records that the parser reads from whole chunks, and its complaints."""
    entries: _Entries = []
    errors: list[str] = []
    limit = len(chunks) // 24
    try:
        parser = PyEvtxParser(io.BytesIO(_HEADER + chunks), number_of_threads=1, indent=False)
        iterator = parser.records_json()
    except (RuntimeError, OSError, ValueError) as error:
        return entries, [_short(error)]
    while len(errors) < limit:
        try:
            entry = next(iterator)
        except StopIteration:
            break
        except (RuntimeError, OSError, ValueError) as error:
            errors.append(_short(error))
            continue
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # the parser's own crash, not ours
                raise
            errors.append("the parser gave up on this chunk")
            break
        if entry is None:
            break
        entries.append((entry["event_record_id"], entry["data"]))
    return entries, errors


def _short(error: Exception) -> str:
    return str(error).replace("An error occurred while trying to deserialize evtx stream.: ", "")[:300]
