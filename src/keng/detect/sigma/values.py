"""Values of events as the matchers see them: text, folded text, numbers, dates, addresses."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

from keng.model.event import Event

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
_DASH_TABLE = str.maketrans("/–—―", "----")


def text_of(value: Any) -> str | None:
    """A scalar as text: numbers in decimal (5.0 is `5`), truth values as `true` and `false`; None stays None."""
    if isinstance(value, str):
        return value
    if value is None:
        return None
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def scalars(value: Any) -> Iterator[Any]:
    """The value, or the elements of a list (of lists, of maps), at any depth."""
    pending = [value]
    while pending:
        part = pending.pop()
        if isinstance(part, list | tuple):
            pending.extend(reversed(part))
        elif isinstance(part, dict):
            pending.extend(reversed(part.values()))
        else:
            yield part


def texts_of(values: Iterable[Any]) -> Iterator[str]:
    """Every scalar under `values` as text, nulls left out."""
    for value in values:
        if type(value) is str:
            yield value
        else:
            for part in scalars(value):
                text = text_of(part)
                if text is not None:
                    yield text


def raw_line(event: Event) -> str:
    """The event's raw text if it is a line of text; "" if it is JSON or XML, whose values are the fields."""
    raw = event.raw
    start = raw[:32].lstrip()
    if start.startswith(("{", "[{", "<Event", "<?xml")):
        return ""
    return raw


def simple_fold(text: str) -> str:
    """Case folding character by character, so that `?` still counts characters (ß stays one)."""
    folded = text.casefold()
    if len(folded) == len(text):
        return folded
    return "".join(_fold_char(char) for char in text)


def _fold_char(char: str) -> str:
    folded = char.casefold()
    if len(folded) == 1:
        return folded
    lower = char.lower()
    return lower if len(lower) == 1 else char


def undash(text: str) -> str:
    """Every dash and slash as `-`."""
    if text.isascii():
        return text.replace("/", "-")
    return text.translate(_DASH_TABLE)


def number_of(value: Any) -> int | float | None:
    """The value as a number: a number itself, or decimal text; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if (
        isinstance(value, str)
        and len(value) <= 64
        and value[:1] in "0123456789+-."
        and _NUMBER.fullmatch(value)
    ):
        return int(value) if value.lstrip("+-").isdigit() else float(value)
    return None


@lru_cache(maxsize=65_536)
def address_of(text: str) -> tuple[int, int] | None:
    """(version, number) of an IP address in text; None if it is none. A zone (`%eth0`) is left out."""
    if len(text) > 64:
        return None
    try:
        address = ip_address(text.partition("%")[0].strip())
    except ValueError:
        return None
    return address.version, int(address)


def date_of(value: Any) -> datetime | None:
    """The date in a value, as written, without conversion of zones.

    Text in ISO 8601 (space or T); a number is seconds, milliseconds or microseconds since the epoch, UTC.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        if not abs(value) < 1e18:
            return None
        seconds = float(value)
        while abs(seconds) > 1e11:
            seconds /= 1000
        try:
            return datetime.fromtimestamp(seconds, UTC)
        except (ValueError, OverflowError, OSError):
            return None
    if not isinstance(value, str) or not 8 <= len(value) <= 64:
        return None
    text = value.strip()
    number = number_of(text)
    if number is not None and len(text) >= 9:
        return date_of(number)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        # More than six digits after the second, a zone by name: the first 19 characters hold every part.
        try:
            return datetime.fromisoformat(text[:19])
        except ValueError:
            return None
