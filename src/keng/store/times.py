"""Times in a search: spans (7d), absolute times in the zone of the searcher, days written both ways."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

_SPAN = re.compile(r"(\d{1,6})(s|m|h|d|w)", re.ASCII)
_UNITS_US = {"s": 10**6, "m": 60 * 10**6, "h": 3600 * 10**6, "d": 86_400 * 10**6, "w": 7 * 86_400 * 10**6}
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(.*)", re.ASCII | re.DOTALL)
_DAY_ONLY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def span_us(text: str) -> int | None:
    """`30s`, `15m`, `24h`, `7d`, `2w` in microseconds; None if it is no span."""
    found = _SPAN.fullmatch(text.strip().lower())
    return int(found[1]) * _UNITS_US[found[2]] if found else None


def time_us(text: str, now_us: int, zone: tzinfo, end: bool) -> int | None:
    """A point in time, microseconds since the epoch; None if it is none.

    Takes 2026-11-24, 2026-11-24T10:30, 24/11/2026 10:30, an offset at the end if it is not `zone`, `now`, and a span
    before now (2h, -2h). end: a day without a time means its end, so that `to:` includes that day.
    """
    text = text.strip()
    if text.lower() == "now":
        return now_us
    span = span_us(text.removeprefix("-"))
    if span is not None:
        return now_us - span
    day_first = _DAY_FIRST.fullmatch(text)
    if day_first:
        text = f"{day_first[3]}-{int(day_first[2]):02d}-{int(day_first[1]):02d}{day_first[4]}"
    try:
        moment = datetime.fromisoformat(text)
        if end and _DAY_ONLY.fullmatch(text):
            moment += timedelta(days=1)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        return (moment - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return None
