"""How many days events are kept, by the level of the system that they come from: the law's months, and what is set."""

import re
from collections.abc import Mapping

from keng.i18n import _
from keng.model.rejected import Rejected

UNKNOWN = 0
AS_UNKNOWN = 3
"""Events of a source that names no system are kept as those of level 3, from which watching is obligatory."""
DAYS_OF_MONTH = 31
MAX_DAYS = 36_500
_ONE = re.compile(r"\s*([0-5])\s*=\s*(\d{1,5})\s*", re.ASCII)

DEFAULT_MONTHS = {1: 1, 2: 1, 3: 3, 4: 6, 5: 12}
"""Where the country's law says nothing (TCVN 14423 asks for these from level 2 on)."""


def read_days(text: str, months: Mapping[str, int]) -> dict[int, int] | Rejected:
    """Days by level 0 to 5. text: `3=120, 5=400`, what is set; the others follow the law's months by level."""
    days = {level: number * DAYS_OF_MONTH for level, number in DEFAULT_MONTHS.items()}
    days |= {int(level): number * DAYS_OF_MONTH for level, number in months.items() if level in "12345"}
    days[UNKNOWN] = days[AS_UNKNOWN]
    for part in filter(str.strip, text.split(",")):
        found = _ONE.fullmatch(part)
        if found is None or not 1 <= int(found[2]) <= MAX_DAYS:
            return Rejected(
                _(
                    "retention_days is a list of level=days, such as 3=120,5=400; not understood: {part}",
                    part=part.strip(),
                ),
                "retention_days",
            )
        days[int(found[1])] = int(found[2])
    return days
