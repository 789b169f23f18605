"""The timeline of an incident."""

from collections.abc import Mapping

from sqlalchemy import Connection, insert, select

from keng.model.incident import TimelineEntry
from keng.model.user import Actor
from keng.state.rows import to_struct
from keng.state.tables.incidents import timeline as table

MAX_TEXT = 20_000


def add_entry(
    conn: Connection,
    incident: int,
    kind: str,
    text: str,
    by: Actor,
    now_us: int,
    *,
    at_us: int = 0,
    values: Mapping[str, str] | None = None,
) -> None:
    """Append an entry; `at_us`: when it happened, if not now. kind and text: see `TimelineEntry`."""
    conn.execute(
        insert(table).values(
            incident=incident,
            at_us=at_us or now_us,
            written_us=now_us,
            author=by.name,
            kind=kind,
            text=text[:MAX_TEXT],
            values=dict(values or {}),
        )
    )


def timeline(conn: Connection, incident: int) -> list[TimelineEntry]:
    """All entries by the time at which they happened."""
    query = select(table).where(table.c.incident == incident).order_by(table.c.at_us, table.c.id)
    return [to_struct(row, TimelineEntry) for row in conn.execute(query)]
