"""The learned cadence of each log source, and since when it is silent."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, insert, select, update

from keng.health.cadence import Cadence
from keng.state.tables.pipeline import cadence as table


class SourceCadence(msgspec.Struct, frozen=True):
    """One source. last_us: the newest record taken into account; silent_since_us: 0 while it speaks."""

    source: str
    agency: str
    learned: Cadence
    last_us: int
    silent_since_us: int = 0


def cadences(conn: Connection, agencies: frozenset[str] | None) -> dict[str, SourceCadence]:
    """Source id → what was learned; `agencies`: whose sources may be seen (None: all)."""
    query = select(table)
    if agencies is not None:
        query = query.where(table.c.agency.in_(sorted(agencies)))
    return {
        row.source: SourceCadence(
            row.source,
            row.agency,
            msgspec.msgpack.decode(row.learned, type=Cadence),
            row.last_us,
            row.silent_since_us,
        )
        for row in conn.execute(query)
    }


def save_cadences(conn: Connection, learned: Iterable[SourceCadence]) -> None:
    """Write each, new or known."""
    for one in learned:
        values = {
            "agency": one.agency,
            "learned": msgspec.msgpack.encode(one.learned),
            "last_us": one.last_us,
            "silent_since_us": one.silent_since_us,
        }
        if not conn.execute(update(table).where(table.c.source == one.source).values(**values)).rowcount:
            conn.execute(insert(table).values(source=one.source, **values))
