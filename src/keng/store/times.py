"""Times in a search: spans (7d), absolute times in the zone of the searcher, days written both ways."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

_NAMES = {
    "s": "s sec secs second seconds giây",
    "m": "m min mins minute minutes phút",
    "h": "h hr hrs hour hours giờ",
    "d": "d day days ngày",
    "w": "w week weeks tuần",
}
_UNITS = {name: unit for unit, names in _NAMES.items() for name in names.split()}
_SPAN = re.compile(rf"([0-9]{{1,6}})\s*({'|'.join(sorted(_UNITS, key=len, reverse=True))})")
_RELATIVE = re.compile(r"(?:now)?(?:-?([0-9]{1,6}[a-z]+))?(?:[/@]([dh]))?")
_DAYS_AGO = {"today": 0, "hôm nay": 0, "yesterday": 1, "hôm qua": 1}
_UNITS_US = {"s": 10**6, "m": 60 * 10**6, "h": 3600 * 10**6, "d": 86_400 * 10**6, "w": 7 * 86_400 * 10**6}
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(.*)", re.ASCII | re.DOTALL)
_DAY_ONLY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def span_us(text: str) -> int | None:
    """`30s`, `15m`, `24h`, `7d`, `2w`, `15 minutes`, `7 ngày` in microseconds; None if it is no span."""
    found = _SPAN.fullmatch(text.strip().lower())
    return int(found[1]) * _UNITS_US[_UNITS[found[2]]] if found else None


def is_unit(text: str) -> bool:
    """Whether it is a unit of a span, written out or not."""
    return text.lower() in _UNITS


def time_us(text: str, now_us: int, zone: tzinfo, end: bool) -> int | None:
    """A point in time, microseconds since the epoch; None if it is none.

    Takes 2026-11-24, 2026-11-24T10:30, 24/11/2026 10:30, an offset at the end if it is not `zone`, `now`, a span
    before now (2h, -2h, now-2h), cut to its day or hour (now-7d/d, -7d@d), today, yesterday. end: a day without a time means its end, so that `to:` includes that day.
    """
    text = text.strip()
    relative = _relative(text.lower(), now_us, zone, end)
    if relative is not None:
        return relative
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


def _relative(text: str, now_us: int, zone: tzinfo, end: bool) -> int | None:
    """A time that is told from now."""
    unit, back = "d", _DAYS_AGO.get(text, 0) * _UNITS_US["d"]
    if text not in _DAYS_AGO:
        found = _RELATIVE.fullmatch(text)
        if not text or found is None or not (found[1] or text.startswith("now")):
            return None
        span = span_us(found[1]) if found[1] else 0
        if span is None:
            return None
        if not found[2]:
            return now_us - span
        unit, back = found[2], span
    try:
        moment = (_EPOCH + timedelta(microseconds=now_us - back)).astimezone(zone)
        moment = moment.replace(minute=0, second=0, microsecond=0)
        moment = moment.replace(hour=0) if unit == "d" else moment
        if end:
            moment += timedelta(days=1) if unit == "d" else timedelta(hours=1)
        return (moment - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return None
