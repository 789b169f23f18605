"""Reads the body of a Splunk HTTP Event Collector request: JSON objects one after the other, with or without blanks
or line feeds between them. Pure.

    {"time": 1780000000.5, "host": "dc01", "sourcetype": "WinEventLog", "event": {"EventID": 4625}}
    {"event": "a line of text", "fields": {"site": "hospital"}}

Each object is kept as it arrived. As Splunk does, reading ends at the first event that cannot be taken: those
before it are taken, it and those after it are not, and the answer names its place.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from keng.collect.hec_words import Code
from keng.collect.ports import MAX_RECORD_BYTES

MAX_EVENTS = 200_000
_KEPT_RAW = 4096
_BLANK = re.compile(rb"[ \t\r\n]*")
# Where a JSON object ends: its strings are stepped over, its braces counted.
# A string without an end runs to the end of the body, so that no byte is looked at twice.
_TOKEN = re.compile(rb'"(?:[^"\\]+|\\.)*+(?:"|\\?\Z)|[{}]', re.DOTALL)


class HecEvents(NamedTuple):
    """timed, untimed: events with a `time` of their own, and those without, as they arrived.

    code: SUCCESS, or what is wrong with the first event that cannot be taken; number: its place from 0; raw: its
    first 4 KiB.
    """

    timed: list[bytes]
    untimed: list[bytes]
    code: Code
    number: int = -1
    raw: bytes = b""


class _Envelope(msgspec.Struct):
    event: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    time: float | str | None = None
    fields: dict[str, msgspec.Raw] | None = None


_decode = msgspec.json.Decoder(_Envelope).decode


def read_events(body: bytes) -> HecEvents:
    """Every event of the body, up to the first that cannot be taken; at most 200,000."""
    timed: list[bytes] = []
    untimed: list[bytes] = []
    number = 0
    for raw in _objects(body):
        code, has_time = _judge(raw) if number < MAX_EVENTS else (Code.INVALID_DATA_FORMAT, False)
        if code is not Code.SUCCESS:
            return HecEvents(timed, untimed, code, number, raw[:_KEPT_RAW])
        (timed if has_time else untimed).append(raw)
        number += 1
    return HecEvents(timed, untimed, Code.SUCCESS if number else Code.NO_DATA)


def read_lines(body: bytes) -> tuple[list[bytes], list[bytes]]:
    """A raw body's lines that can be taken, and the heads of those that are too long. Splunk breaks lines, so do we."""
    lines: list[bytes] = []
    too_long: list[bytes] = []
    for line in body.split(b"\n", MAX_EVENTS):
        text = line.strip(b"\r\n\0 \t")
        if len(text) > MAX_RECORD_BYTES:
            too_long.append(text[:_KEPT_RAW])
        elif text:
            lines.append(text)
    return lines, too_long


def _judge(raw: bytes) -> tuple[Code, bool]:
    if len(raw) > MAX_RECORD_BYTES:
        return Code.INVALID_DATA_FORMAT, False
    try:
        envelope = _decode(raw)
        if not raw.isascii():
            raw.decode("utf-8")
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        fields = isinstance(error, msgspec.ValidationError) and "$.fields" in str(error)
        return (Code.INDEXED_FIELDS if fields else Code.INVALID_DATA_FORMAT), False
    if envelope.event is msgspec.UNSET:
        return Code.EVENT_REQUIRED, False
    if bytes(envelope.event) in (b'""', b"null"):
        return Code.EVENT_BLANK, False
    return Code.SUCCESS, envelope.time is not None


def _objects(body: bytes) -> Iterator[bytes]:
    """The objects' bytes, in order; what is no whole object comes as it is, last."""
    place, end = 0, len(body)
    line_end = -1  # of the line on which stands more than one object
    while True:
        blank = _BLANK.match(body, place)
        place = blank.end() if blank else place
        if place >= end:
            return
        if place >= line_end:
            # Most senders put one object on a line, or one object into a request.
            feed = body.find(b"\n", place)
            line_end = feed if feed >= 0 else end
            line = body[place:line_end].rstrip()
            if _whole(line):
                yield line
                place = line_end
                continue
        stop = _end_of_object(body, place)
        yield body[place : stop or end]
        if not stop:
            return
        place = stop


def _whole(line: bytes) -> bool:
    if not line.endswith(b"}"):
        return False
    try:
        _decode(line)
    except msgspec.ValidationError:
        return True
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _end_of_object(body: bytes, place: int) -> int:
    """Where the object that begins at `place` ends; 0 if it does not."""
    if body[place : place + 1] != b"{":
        return 0
    depth = 0
    for token in _TOKEN.finditer(body, place):
        sign = body[token.start()]
        depth += (sign == 0x7B) - (sign == 0x7D)
        if depth == 0:
            return token.end()
    return 0
