"""An event in one line: what a person needs to recognise it among hundreds. Pure."""

import msgspec

from keng.store.base import StoredEvent

MAX_RAW = 240


class Bit(msgspec.Struct, frozen=True):
    """A piece of the line: the field that it can be searched by ("" for plain text) and its value."""

    field: str
    value: str


def event_line(event: StoredEvent) -> list[Bit]:
    """The most telling values of the event, at most six; its raw text where it has none."""
    hot = event.hot
    bits: list[Bit] = []
    for field, value in (
        ("code", hot.code),
        ("user", hot.user),
        ("command_line", hot.command_line),
        ("process", "" if hot.command_line else hot.process),
        ("src_ip", hot.src_ip),
        ("dst_ip", hot.dst_ip),
        ("domain", hot.domain),
        ("url", hot.url),
        ("file_path", hot.file_path),
    ):
        if value and len(bits) < 6:
            bits.append(Bit(field, str(value)[:MAX_RAW]))
    if len(bits) <= 1 and event.raw:
        bits.append(Bit("", event.raw[:MAX_RAW]))
    return bits


def hot_values(event: StoredEvent) -> list[Bit]:
    """The hot columns that have a value, under the names by which they are searched."""
    return [
        Bit(name, str(value))
        for name, value in zip(type(event.hot)._fields, event.hot, strict=True)
        if value not in ("", 0)
    ]
