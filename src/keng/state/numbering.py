"""Running numbers of letters: `SC-2026-0001`. Never given out twice, even if what bore one is gone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, insert, select, update

from keng.state.register import centre_profile
from keng.state.tables.incidents import numbering as table


def next_number(conn: Connection, prefix: str, now_us: int) -> str:
    """The next number of this prefix in the centre's calendar year."""
    series = f"{prefix}-{_year(now_us, centre_profile(conn).timezone)}"
    last = conn.scalar(select(table.c.last).where(table.c.series == series).with_for_update())
    if last is None:
        conn.execute(insert(table).values(series=series, last=1))
    else:
        conn.execute(update(table).where(table.c.series == series).values(last=last + 1))
    return f"{series}-{(last or 0) + 1:04}"


def _year(now_us: int, timezone: str) -> int:
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return datetime.fromtimestamp(now_us / 1e6, UTC).year
    return datetime.fromtimestamp(now_us / 1e6, zone).year
