"""Days on which offices are closed: public holidays of the country, and the long holidays of schools. Pure.

Public holidays come from the `holidays` library (Vietnam's lunar calendar included). Around the lunar new year everybody rests
longer than the law says, differently each year: the usual days before and after it count, too.
"""

from datetime import date, timedelta
from functools import lru_cache

import holidays

SCHOOL_HOLIDAYS: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {"vn": ((6, 1), (8, 31))}
"""Country pack → first and last (month, day) of the long school holidays."""
LONG_REST: dict[str, tuple[str, dict[str, tuple[int, int]]]] = {
    "vn": ("Lunar New Year", {"": (4, 6), "school": (8, 9)}),
}
"""Country pack → the holiday, and by the agency's kind ("": others) how many days before and after it are off."""


@lru_cache(maxsize=4096)
def is_day_off(day: date, country: str, kind: str = "") -> bool:
    """Whether agencies of this kind rest on that day. country: a pack ("vn"); an unknown one has no holidays."""
    if kind == "school" and country in SCHOOL_HOLIDAYS:
        first, last = SCHOOL_HOLIDAYS[country]
        if first <= (day.month, day.day) <= last:
            return True
    return day in _public(country, day.year) or day in _long_rest(country, kind, day.year)


@lru_cache(maxsize=64)
def _long_rest(country: str, kind: str, year: int) -> frozenset[date]:
    if country not in LONG_REST:
        return frozenset()
    name, spans = LONG_REST[country]
    before, after = spans.get(kind, spans[""])
    days = holidays.country_holidays(country.upper(), years=[year], language="en_US")
    firsts = [day for day, names in days.items() if name in names.split("; ")]
    return frozenset(first + timedelta(days=apart) for first in firsts for apart in range(-before, after + 1))


@lru_cache(maxsize=64)
def _public(country: str, year: int) -> frozenset[date]:
    code = country.upper()
    if code not in holidays.list_supported_countries():
        return frozenset()
    return frozenset(holidays.country_holidays(code, years=[year]))
