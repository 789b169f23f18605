"""An event in one line: what a person needs to recognise it among hundreds. Pure."""

import msgspec

from keng.store.base import StoredEvent

MAX_RAW = 240
# Fields of the log itself that say most where the hot columns say little.
_TELLING = (
    "ScriptBlockText",
    "TargetObject",
    "ServiceName",
    "ShareName",
    "TaskName",
    "msg",
    "message",
    "Message",
)


class Bit(msgspec.Struct, frozen=True):
    """A piece of the line: the field that it can be searched by ("" for plain text) and its value.

    shown: a shorter form for people ("" for the value itself).
    """

    field: str
    value: str
    shown: str = ""


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
            shown = _last_part(value) if field in ("process", "file_path") else value
            bits.append(Bit(field, value, shown[:MAX_RAW]))
    if len(bits) <= 2:
        telling = next((name for name in _TELLING if event.fields.get(name)), "")
        if telling:
            bits.append(Bit(telling, event.fields[telling], event.fields[telling][:MAX_RAW]))
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


def short_host(host: str) -> str:
    """The host's own name, without its domain; an address stays whole."""
    name = host.partition(".")[0]
    return host if name.isdigit() or not name else name


def _last_part(path: str) -> str:
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2] or path
