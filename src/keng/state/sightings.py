"""The health of log sources: when each was last heard, and what became of what it sent."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, insert, select, update

from keng.state.rows import to_struct
from keng.state.tables.pipeline import sighting as table

MAX_ERROR = 500


class Sighting(msgspec.Struct, frozen=True):
    """Totals of one source since it was first heard. received = parsed + unparsed + rejected.

    parsed: a format recognised it; unparsed: kept raw, searchable; rejected: in quarantine.
    skew_us: receipt minus the events' own time, median of the latest events (None: they carry no time).
    future: events that claimed a time after their receipt (`health.skew.FUTURE_US`).
    delay_us: receipt minus the event's own time, of the freshest of the latest events.
    """

    source: str
    agency: str
    first_us: int
    last_us: int
    received: int = 0
    parsed: int = 0
    unparsed: int = 0
    rejected: int = 0
    last_error: str = ""
    last_error_us: int = 0
    skew_us: int | None = None
    future: int = 0
    delay_us: int | None = None


def add_sightings(conn: Connection, seen: Iterable[Sighting]) -> None:
    """Add counts to the totals, in the transaction that moves the cursor past them."""
    for one in seen:
        more: dict[str, object] = {name: table.c[name] + getattr(one, name) for name in _COUNTS}
        if one.last_error:
            more |= {
                "last_error": one.last_error[:MAX_ERROR],
                "last_error_us": one.last_error_us or one.last_us,
            }
        if one.skew_us is not None:
            more["skew_us"] = one.skew_us
        if one.parsed or one.unparsed:
            more["delay_us"] = one.delay_us
        old_last = conn.scalar(select(table.c.last_us).where(table.c.source == one.source))
        if old_last is None:
            conn.execute(insert(table).values(**msgspec.structs.asdict(one)))
            continue
        more["last_us"] = max(old_last, one.last_us)
        conn.execute(update(table).where(table.c.source == one.source).values(**more))


def sightings(conn: Connection, agencies: frozenset[str] | None) -> dict[str, Sighting]:
    """Source id → its totals; `agencies`: whose sources may be seen (None: all)."""
    query = select(table).order_by(table.c.source)
    if agencies is not None:
        query = query.where(table.c.agency.in_(sorted(agencies)))
    return {row.source: to_struct(row, Sighting) for row in conn.execute(query)}


_COUNTS = ("received", "parsed", "unparsed", "rejected", "future")
