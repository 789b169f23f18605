"""Times as devices and servers write them, to microseconds since the epoch; without a zone a `Local`.

2024/05/01 12:00:00        nginx, Palo Alto          01-May-2024 12:00:00.123    BIND
20240501 12:00:00          MariaDB's audit           Wed May  1 12:00:00 2024    Apache, OpenVPN (also 12:00:00.123456)
1 May 2024 12:00:00        Imperva, mail (also in full)
May 01 2024 12:00:00       CEF, Cisco                2024-05-01 12:00:00.123 +07 PostgreSQL
"""

import re
from datetime import UTC, datetime
from functools import lru_cache

from keng.normalise.when import Local, epoch_us, iso_us, to_us

# By their first letters, also as German, French, Spanish, Portuguese, Italian and Dutch have them.
_MONTHS = {
    name: number
    for number, names in enumerate((
        "jan ene gen janv", "feb fév fev févr", "mar mär mrt mars", "apr avr abr avri", "may mai mei mag maio", "jun jui giu juin",
        "jul juil lug juli", "aug aoû ago août", "sep set sept", "oct okt ott out", "nov", "dec dez déc dic",
    ), start=1)
    for name in names.split()
}  # fmt: skip
_MONTHS.pop("jui")
_CLOCK = r"(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,6})\d{0,3})?"
_NUMERIC = re.compile(rf"(\d{{4}})[/\-]?(\d\d)[/\-]?(\d\d)[ T]{_CLOCK}", re.ASCII)
_DAY_FIRST = re.compile(
    rf"(?:[A-Z][a-z]{{2}}, )?(\d{{1,2}})[\- ]([A-Za-zéûä]{{3,9}})\.?[\- ](\d{{4}}) {_CLOCK}", re.ASCII
)
_NAMED = re.compile(
    rf"(?:[A-Z][a-z]{{2}} )?([A-Za-zéûä]{{3}})\.? {{1,2}}(\d{{1,2}}) (?:(\d{{4}}) )?{_CLOCK}(?: (\d{{4}}))?",
    re.ASCII,
)
_ZONE = re.compile(r" ?([+-]\d\d)(?::?(\d\d))?$", re.ASCII)
_NAME = re.compile(r" ?([A-Z]{1,5}):?$", re.ASCII)
# Hours before UTC of abbreviations that mean one thing only (CST and IST do not).
_NAMES = {
    "UTC": 0, "GMT": 0, "Z": 0, "ICT": 7, "WIB": 7, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "WET": 0,
    "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7,
}  # fmt: skip
_LOCAL = re.compile(
    r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4}) (\d{1,2})[:.](\d\d)[:.](\d\d)(?:[ \u00a0\u202f]?(?:([AaPp]\.?[ \u00a0]?[Mm]\.?)|(SA|CH)))?",
    re.ASCII,
)


@lru_cache(maxsize=16_384)
def device_us(text: str) -> int:
    """The time of any of the forms above, ISO 8601, or an epoch as text; 0 if it is none (or names no year)."""
    if len(text) > 64:
        return 0
    if match := _NUMERIC.match(text):
        year, month, day = match[1], match[2], match[3]
        if text[4] == "-" and (text[-1:] == "Z" or text[match.end() :].startswith(("+", "-"))):
            return iso_us(text)
        return _zoned(_us(year, month, day, match.groups()[3:]), text[match.end() :])
    if (match := _DAY_FIRST.match(text)) and (month_number := _month(match[2])):
        us = _us(match[3], str(month_number), match[1], match.groups()[3:])
        return _zoned(us, text[match.end() :])
    if (match := _NAMED.match(text)) and (match[3] or match[8]) and (month_number := _month(match[1])):
        clock = match.groups()[3:7]
        us = _us(match[3] or match[8], str(month_number), match[2], clock)
        return _zoned(us, text[match.end() :])
    return epoch_us(text)


@lru_cache(maxsize=4096)
def local_us(date: str, clock: str) -> int:
    """Date and clock in a Windows server's own manner: with AM or PM the month stands first, otherwise the day.

    Vietnamese servers write SA (morning) and CH (afternoon); Spanish, Australian and others a. m., pm: the day first.
    """
    if len(date) == 8 and date.isdecimal():
        date = f"{date[:4]}-{date[4:6]}-{date[6:]}"
    match = _LOCAL.match(f"{date} {clock}")
    if not match:
        return 0
    one, two, three, hour, minute, second = (int(part) for part in match.groups()[:6])
    if one > 31:
        year, month, day = one, two, three
    else:
        year, month, day = (three, one, two) if match[7] in ("AM", "PM") else (three, two, one)
        if month > 12 >= day:
            month, day = day, month
    if half := match[7] or match[8]:
        hour = hour % 12 + (12 if half[0] in "Pp" or half == "CH" else 0)
    try:
        return Local(
            to_us(datetime(year if year > 99 else 2000 + year, month, day, hour, minute, second, tzinfo=UTC))
        )
    except (ValueError, OverflowError):
        return 0


def _us(year: str, month: str, day: str, clock: tuple[str | None, ...]) -> int:
    hour, minute, second, fraction = clock[:4]
    try:
        return to_us(
            datetime(
                int(year), int(month), int(day), int(hour or 0), int(minute or 0), min(int(second or 0), 59),
                int(f"{fraction or 0:0<6}"), tzinfo=UTC,
            )
        )  # fmt: skip
    except (ValueError, OverflowError):
        return 0


def in_named_zone(reading: int, name: str) -> int:
    """The moment of a clock's reading in a zone that is named by an abbreviation; the reading itself for an unknown one."""
    return int(reading) - int(_NAMES[name] * 3600) * 1_000_000 if reading and name in _NAMES else reading


def is_zone(name: str) -> bool:
    """Is this an abbreviation that means one zone only?"""
    return name in _NAMES


def _month(name: str) -> int:
    """1 to 12; 0 if no language that is known here calls a month so."""
    lower = name.casefold()
    return _MONTHS.get(lower[:4]) or _MONTHS.get(lower[:3], 0)


def _zoned(us: int, rest: str) -> int:
    """A reading of a clock and what stands after it: an offset or the name of a zone, or something else."""
    if not us or not rest:
        return Local(us) if us else 0
    if match := _ZONE.match(rest):
        sign = -1 if match[1][0] == "-" else 1
        return us - sign * (abs(int(match[1])) * 3600 + int(match[2] or 0) * 60) * 1_000_000
    if (match := _NAME.match(rest)) and match[1] in _NAMES:
        return us - int(_NAMES[match[1]] * 3600) * 1_000_000
    return Local(us)
