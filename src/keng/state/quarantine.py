"""Records that were refused, with the reason and the raw bytes. Bounded: the oldest of a source go first."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from keng.state.rows import to_struct
from keng.state.tables.pipeline import quarantine as table

MAX_RAW = 64 * 1024
MAX_REASON = 1_000
PER_SOURCE = 1_000


class Refused(msgspec.Struct, frozen=True):
    """One refused record. position: in the unit of the input ("offset 12, record 3"). raw: at most 64 KiB."""

    at_us: int
    agency: str
    source: str
    reason: str
    position: str
    raw: bytes


def quarantine(conn: Connection, refused: Iterable[Refused]) -> None:
    """Keep the records, and of each source the newest 1,000."""
    rows = [
        msgspec.structs.asdict(one)
        | {"raw": one.raw[:MAX_RAW], "reason": one.reason[:MAX_REASON], "position": one.position[:128]}
        for one in refused
    ]
    if not rows:
        return
    conn.execute(insert(table), rows)
    for source in sorted({str(row["source"]) for row in rows}):
        of_source = select(table.c.id).where(table.c.source == source).order_by(table.c.id.desc())
        oldest = conn.scalar(of_source.offset(PER_SOURCE - 1).limit(1))
        if oldest is not None:
            conn.execute(delete(table).where(table.c.source == source, table.c.id < oldest))


def quarantined(
    conn: Connection, agencies: frozenset[str] | None, source: str = "", limit: int = 100
) -> list[Refused]:
    """Newest first; `agencies`: whose records may be seen (None: all)."""
    query = select(table).order_by(table.c.id.desc()).limit(limit)
    if agencies is not None:
        query = query.where(table.c.agency.in_(sorted(agencies)))
    if source:
        query = query.where(table.c.source == source)
    return [to_struct(row, Refused) for row in conn.execute(query)]


def count_quarantined(conn: Connection) -> int:
    """How many refused records are kept."""
    return conn.scalar(select(func.count()).select_from(table)) or 0
