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

from keng.collect.continued import continued
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


_NEXT = b'}{"'
_WRONG = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_decode = msgspec.json.Decoder(_Envelope).decode


def read_events(body: bytes) -> HecEvents:
    """Every event of the body, up to the first that cannot be taken; at most 200,000."""
    timed: list[bytes] = []
    untimed: list[bytes] = []
    number = 0
    for raw, envelope in _objects(body):
        code = _judge(raw, envelope) if number < MAX_EVENTS else Code.INVALID_DATA_FORMAT
        if code is not Code.SUCCESS:
            return HecEvents(timed, untimed, code, number, raw[:_KEPT_RAW])
        (untimed if envelope is None or envelope.time is None else timed).append(raw)
        number += 1
    return HecEvents(timed, untimed, Code.SUCCESS if number else Code.NO_DATA)


def read_lines(body: bytes) -> tuple[list[bytes], list[bytes]]:
    """A raw body's entries that can be taken, and the heads of lines that are too long.

    As in Splunk, a line is an entry, but for those that go on with the one before (a stack trace).
    """
    lines: list[bytes] = []
    too_long: list[bytes] = []
    for line in body.split(b"\n", MAX_EVENTS):
        text = line.strip(b"\r\n\0").rstrip(b"\r\n\0 \t")
        if len(text) > MAX_RECORD_BYTES:
            too_long.append(text[:_KEPT_RAW])
        elif text:
            lines.append(text)
    return [one for one in continued(lines, MAX_RECORD_BYTES) if isinstance(one, bytes)], too_long


def _judge(raw: bytes, envelope: "_Envelope | None") -> Code:
    if envelope is None or len(raw) > MAX_RECORD_BYTES:
        return _why_not(raw)
    if envelope.event is msgspec.UNSET:
        return Code.EVENT_REQUIRED
    event = memoryview(envelope.event)
    if len(event) <= 4 and bytes(event) in (b'""', b"null"):
        return Code.EVENT_BLANK
    return Code.SUCCESS


def _why_not(raw: bytes) -> Code:
    try:
        _decode(raw)
    except msgspec.ValidationError as error:
        return Code.INDEXED_FIELDS if "$.fields" in str(error) else Code.INVALID_DATA_FORMAT
    except _WRONG:
        pass
    return Code.INVALID_DATA_FORMAT


def _objects(body: bytes) -> Iterator[tuple[bytes, "_Envelope | None"]]:
    """The objects' bytes and what they say, in order; what is no whole object comes as it is, with None, last."""
    place, end = 0, len(body)
    line_end = -1  # of the line on which stands more than one object
    near = -1  # the next place where one object seems to end and another to begin
    while True:
        blank = _BLANK.match(body, place)
        place = blank.end() if blank else place
        if place >= end:
            return
        # Most senders put one object on a line, or into a request, or objects without anything between them.
        if place >= line_end:
            feed = body.find(b"\n", place)
            line_end = feed if feed >= 0 else end
            near = body.find(_NEXT, place, line_end)
            if near < 0:
                line = body[place:line_end].rstrip()
                envelope = _read(line)
                if envelope is not None:
                    yield line, envelope
                    place = line_end
                    continue
        elif -1 < near < place:
            near = body.find(_NEXT, place, line_end)
        stop = near + 1 if near >= 0 else 0
        envelope = _read(body[place:stop]) if 0 < stop - place <= MAX_RECORD_BYTES else None
        if envelope is None:
            # An object over several lines, or what only seemed to be an end: from here on its braces are counted, so
            # that no byte is looked at more than a few times.
            near = -1
            stop = _end_of_object(body, place)
            envelope = _read(body[place:stop]) if stop else None
        yield body[place : stop or end], envelope
        if not stop:
            return
        place = stop


def _read(raw: bytes) -> "_Envelope | None":
    if not raw.endswith(b"}"):
        return None
    try:
        envelope = _decode(raw)
        if not raw.isascii():
            raw.decode("utf-8")
    except _WRONG:
        return None
    return envelope


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
