"""Time zones by name: "Asia/Ho_Chi_Minh", "UTC", or an offset such as "+07:00"."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?", re.ASCII)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]{0,31}(?:/[A-Za-z0-9_+\-]{1,32}){0,2}", re.ASCII)
_MOST = timedelta(hours=14)


@lru_cache(maxsize=512)
def time_zone(name: str) -> tzinfo | None:
    """The time zone of that name; None for one that this machine does not know, and for ""."""
    if match := _OFFSET.fullmatch(name):
        offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return timezone(-offset if match[1] == "-" else offset) if offset <= _MOST else None
    if not _NAME.fullmatch(name):
        return None
    if name in ("UTC", "Z"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
