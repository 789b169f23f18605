"""A hit: one rule or correlation that matched, with as much of its event as correlations and alerts need."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from keng.detect.sigma.values import number_of, scalars, text_of
from keng.model.event import Event

SHOWN = (
    "Computer", "IpAddress", "SubjectUserName", "TargetUserName", "User", "dst_ip", "dst_port", "hostname",
    "src_ip", "user", "username",
)  # fmt: skip
"""Fields that an alert names beside those its rule asks for: who, from where, to where."""
MAX_TEXT = 512
"""Longer texts stand for themselves by their beginning and a hash."""
MAX_LIST = 64
"""Elements of a list that are kept."""
LARGEST = (1 << 63) - 1


class Hit(NamedTuple):
    """due_us: its time, or if it came too late to be put in order, how far time had come then.

    ids: of all events behind it; group: of a correlation, else empty.
    """

    time_us: int
    event_id: str
    rule_id: str
    event: Event
    ids: tuple[str, ...]
    group: dict[str, Any]
    due_us: int


def time_of(event: Event) -> int:
    """The event's own time, but never after its arrival: a clock in the future must not hold it back for ever."""
    if event.received_us and event.received_us < event.time_us:
        return event.received_us
    return event.time_us


def slim(event: Event, names: frozenset[str], matched: Mapping[str, Any]) -> Event:
    """The event without what no correlation and no alert looks at; long texts are cut."""
    fields = event.fields
    wanted = {name: _cut(value) for name, value in fields.items() if name in names or name in matched}
    return msgspec.structs.replace(event, fields=wanted, raw="", host=_storable(event.host))


def group_text(value: Any) -> str | None:
    """What a value counts as in a group's key; None if there is none. Case does not matter."""
    texts = [text for part in scalars(value) if (text := text_of(part)) is not None]
    return short("\0".join(texts).casefold()) if texts else None


def texts_counted(value: Any) -> list[str]:
    """The different texts that a value adds to a count of values."""
    return [short(text.casefold()) for part in scalars(value) if (text := text_of(part)) is not None]


def numbers_counted(value: Any) -> list[int | float]:
    """The finite numbers in a value; integers too large to be stored as such become fractions."""
    found = [number_of(part) for part in scalars(value)]
    return [
        number if isinstance(number, float) or abs(number) <= LARGEST else float(number)
        for number in found
        if number is not None and abs(number) < 1e300
    ]


def short(text: str) -> str:
    """A text of at most `MAX_TEXT` characters, by its beginning and a hash of the whole."""
    if len(text) <= MAX_TEXT:
        return text
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{text[: MAX_TEXT - 33]}…{digest}"


def _cut(value: Any) -> Any:
    """A value that can be stored: text that is UTF-8, numbers of 64 bits, lists of these."""
    if isinstance(value, str):
        return short(_storable(value))
    if isinstance(value, list | tuple):
        return [_cut(part) for part in value[:MAX_LIST]]
    if isinstance(value, dict):
        return [_cut(part) for part in list(scalars(value))[:MAX_LIST]]
    if isinstance(value, int) and abs(value) > LARGEST:
        return str(value)
    return value


def _storable(text: str) -> str:
    """Lone surrogates are no text that can be encoded."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
