"""Times of log entries to microseconds since the epoch, UTC.

Text that names no zone gives a `Local`: what the writer's clock showed, as if it stood in UTC. `in_zone` makes a moment of
it, once it is known where the clock hangs; as a number it is UTC.
"""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_US = 86_400_000_000
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
_LATEST_US = 253_402_300_799_000_000  # the end of the year 9999
_HOUR_US = 3_600_000_000


class Local(int):
    """Microseconds since the epoch of a clock reading whose zone the entry does not tell, as if it were UTC."""


def in_zone(reading: int, zone: tzinfo | None) -> int:
    """The moment of a clock reading in a zone; in UTC without one."""
    return int(reading) - (_offset_us(int(reading) // _HOUR_US, zone) if zone is not None else 0)


@lru_cache(maxsize=4096)
def _offset_us(hour: int, zone: tzinfo) -> int:
    """How far the clocks of a zone go before UTC when they show this hour (since the epoch); of a doubled hour the first."""
    try:
        offset = (_EPOCH + timedelta(hours=hour)).replace(tzinfo=zone).utcoffset()
    except (OverflowError, ValueError):
        return 0
    return int(offset.total_seconds()) * 1_000_000 if offset is not None else 0


def to_us(moment: datetime) -> int:
    """A moment with a zone."""
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def iso_us(text: str) -> int:
    """ISO 8601, as "2024-05-01T12:00:00.123456+07:00", "2024-05-01 12:00:00,123"; 0 if it is none."""
    if text[-1:] == "Z" and (len(text) == 20 or (text[19:20] == "." and text[20:-1].isdecimal())):
        # The usual form: events come in bunches of the same second.
        seconds_us = _iso(text[:19])
        return seconds_us + (
            int(text[20:26].rstrip("Z").ljust(6, "0")) if seconds_us and len(text) > 20 else 0
        )
    return _iso(text)


@lru_cache(maxsize=16_384)
def _iso(text: str) -> int:
    try:
        text = text.strip()
        plain = text.removesuffix(" UTC").removesuffix(" GMT")
        if plain[-7:-5] in (" +", " -") or plain[-6:-4] in (" +", " -"):
            plain = "".join(plain.rsplit(" ", 1))
        moment = datetime.fromisoformat(plain)
        if moment.tzinfo:
            return to_us(moment)
        us = to_us(moment.replace(tzinfo=UTC))
        return us if text.endswith((" UTC", " GMT")) else Local(us)
    except (ValueError, OverflowError):
        return 0


def epoch_us(value: Any) -> int:
    """Seconds, milliseconds, micro- or nanoseconds since the epoch as a number or text, or ISO 8601; 0 if neither."""
    if isinstance(value, str):
        if value[4:5] == "-" and value[:4].isdigit():
            return iso_us(value)
        try:
            value = int(value) if value.isdecimal() and len(value) < 20 else float(value)
        except ValueError:
            return iso_us(value)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < 1e19:
        return 0
    if value >= 1e17:
        return min(int(value) // 1000, _LATEST_US)
    if value >= 1e14:
        return int(value)
    if value >= 1e11:
        return int(value * 1000)
    return min(round(value * 1_000_000), _LATEST_US)


@lru_cache(maxsize=4096)
def clf_us(text: str) -> int:
    """Web servers' "10/Oct/2000:13:55:36 -0700"; 0 if it is none."""
    try:
        day, month, rest = text.split("/", 2)
        year, hour, minute, second = rest[:13].split(":") if len(rest) >= 13 else ("", "", "", "")
        moment = datetime(
            int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=UTC
        )
        us, tail = to_us(moment), rest[13:]
        if tail[:1] == ".":
            digits, _blank, tail = tail[1:].partition(" ")
            us += int(f"{digits[:6]:0<6}")
        return us - _zone_us(tail.strip()) if tail.strip() else Local(us)
    except (ValueError, KeyError, OverflowError):
        return 0


def _zone_us(text: str) -> int:
    if len(text) != 5 or text[0] not in "+-":
        return 0
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
    return (1 if text[0] == "+" else -1) * int(offset.total_seconds()) * 1_000_000


@lru_cache(maxsize=4096)
def syslog_us(text: str, reference_us: int) -> int:
    """RFC 3164's "Oct  1 22:14:15" (a year may follow the day), or ISO 8601; 0 if it cannot be told.

    reference_us: when the entry was received or its file last written. The year is the latest one that does
    not put the entry more than a day after that; without a reference there is no year, so 0.
    """
    if text[4:5] == ":" and text[10:11] == "-":
        # Sophos UTM: 2026:11:24-10:11:12
        return iso_us(f"{text[:10].replace(':', '-')}T{text[11:]}")
    if text[:1].isdigit() and text[4:5] != " ":
        return iso_us(text) or epoch_us(text)
    parts = text.replace(",", ".").split()
    if parts and parts[0].isdecimal():
        # Some put the year first.
        parts = [*parts[1:3], parts[0], *parts[3:]]
    try:
        month, day = _MONTHS[parts[0]], int(parts[1])
        clock, _, fraction = parts[-1].partition(".")
        hour, minute, second = (int(part) for part in clock.split(":"))
        micro = int(f"{fraction[:6]:0<6}") if fraction else 0
        if len(parts) == 4:
            moment = datetime(int(parts[2]), month, day, hour, minute, min(second, 59), micro, tzinfo=UTC)
            return Local(to_us(moment))
        if not reference_us:
            return 0
        year = (_EPOCH + timedelta(microseconds=reference_us + _DAY_US)).year
        for candidate in (year, year - 1, year - 2, year - 3, year - 4):
            if month == 2 and day == 29 and (candidate % 4 or (candidate % 100 == 0 and candidate % 400)):
                continue
            us = to_us(datetime(candidate, month, day, hour, minute, min(second, 59), micro, tzinfo=UTC))
            if us <= reference_us + _DAY_US:
                return Local(us)
    except (ValueError, KeyError, IndexError, OverflowError):
        return 0
    return 0
