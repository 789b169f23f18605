"""Times as people read them, in the centre's time zone. All in: microseconds since the epoch, UTC."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from keng.i18n import _, language

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MAX_US = 253_402_300_000_000_000 - 86_400_000_000


@lru_cache(maxsize=16)
def zone(name: str) -> ZoneInfo:
    """The time zone, or UTC for a name that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def moment(time_us: int, zone_name: str = "UTC") -> datetime:
    """The moment in that zone; times beyond the calendar are held to its ends."""
    held = min(max(time_us, -62_000_000_000_000_000), _MAX_US)
    return (_EPOCH + timedelta(microseconds=held)).astimezone(zone(zone_name))


def iso(time_us: int) -> str:
    """For `datetime` attributes and exports: UTC with milliseconds."""
    return moment(time_us).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clock(time_us: int, zone_name: str, seconds: bool = True) -> str:
    """`14:05:09`."""
    return moment(time_us, zone_name).strftime("%H:%M:%S" if seconds else "%H:%M")


def day(time_us: int, zone_name: str) -> str:
    """`24/11/2026` or `24 Nov 2026`."""
    at = moment(time_us, zone_name)
    if language() == "en":
        return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"
    return f"{at.day:02}/{at.month:02}/{at.year}"


def full(time_us: int, zone_name: str, seconds: bool = True) -> str:
    """`14:05:09 24/11/2026`; "–" for no time."""
    if not time_us:
        return "–"
    parts = (clock(time_us, zone_name, seconds), day(time_us, zone_name))
    return ", ".join(reversed(parts)) if language() == "en" else " ".join(parts)


def short(time_us: int, zone_name: str, now_us: int) -> str:
    """The clock today, else day and clock: for tight tables."""
    if not time_us:
        return "–"
    at, now = moment(time_us, zone_name), moment(now_us, zone_name)
    if at.date() == now.date():
        return at.strftime("%H:%M:%S")
    if language() == "en":
        return f"{at.day} {_MONTHS[at.month - 1]} {at:%H:%M}"
    return f"{at:%d/%m %H:%M}"


def span(length_us: int) -> str:
    """A length of time in its two largest units: "3 h 20 min"."""
    seconds = max(0, length_us // 1_000_000)
    days, hours, minutes = seconds // 86_400, seconds // 3_600 % 24, seconds // 60 % 60
    if days:
        return _("{days} d {hours} h", days=days, hours=hours)
    if hours:
        return _("{hours} h {minutes} min", hours=hours, minutes=minutes)
    if minutes:
        return _("{minutes} min", minutes=minutes)
    return _("{seconds} s", seconds=seconds)


def ago(time_us: int, now_us: int) -> str:
    """How long ago, or how soon; "–" for no time."""
    if not time_us:
        return "–"
    if abs(time_us - now_us) < 1_000_000:
        return _("now")
    if time_us > now_us:
        return _("in {span}", span=span(time_us - now_us))
    return _("{span} ago", span=span(now_us - time_us))
