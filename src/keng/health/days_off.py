"""Days on which offices are closed: public holidays of the country, and the long holidays of schools. Pure.

Public holidays come from the `holidays` library (Vietnam's lunar calendar included).
"""

from datetime import date
from functools import lru_cache

import holidays

SCHOOL_HOLIDAYS: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {"vn": ((6, 1), (8, 31))}
"""Country pack → first and last (month, day) of the long school holidays."""


@lru_cache(maxsize=4096)
def is_day_off(day: date, country: str, kind: str = "") -> bool:
    """Whether agencies of this kind rest on that day. country: a pack ("vn"); an unknown one has no holidays."""
    if kind == "school" and country in SCHOOL_HOLIDAYS:
        first, last = SCHOOL_HOLIDAYS[country]
        if first <= (day.month, day.day) <= last:
            return True
    return day in _public(country, day.year)


@lru_cache(maxsize=64)
def _public(country: str, year: int) -> frozenset[date]:
    code = country.upper()
    if code not in holidays.list_supported_countries():
        return frozenset()
    return frozenset(holidays.country_holidays(code, years=[year]))
