"""All of one state store into another, which must be empty: out of PostgreSQL into a backup's SQLite file, and back.

Row by row through the tables that both share, so that nothing but Kẻng is needed: no dump program of the server's version.
"""

from sqlalchemy import Connection, Integer, Table, func, insert, select, text

from keng.i18n import _
from keng.state.database import State, StateError
from keng.state.tables import (  # noqa: F401 (they make the tables known)
    alerts,
    audit,
    bulletins,
    holds,
    hunts,
    incidents,
    pipeline,
    register,
    retro,
    users,
)
from keng.state.tables.metadata import metadata

ROWS_AT_ONCE = 1000


def is_empty(state: State) -> bool:
    """Whether no table has a row."""
    with state.read() as conn:
        return not any(conn.execute(select(table).limit(1)).first() for table in metadata.sorted_tables)


def copy_state(source: State, target: State) -> int:
    """Rows copied: those of one moment of `source`, in one transaction of `target`. Raises StateError if it is not empty."""
    if not is_empty(target):
        raise StateError(_("the state database is not empty; restore into a new one"))
    count = 0
    with source.read() as reading, target.write() as writing:
        for table in metadata.sorted_tables:
            found = reading.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            for rows in found.partitions(ROWS_AT_ONCE):
                writing.execute(insert(table), [dict(row) for row in rows])
                count += len(rows)
            if target.dialect == "postgresql":
                _count_on(writing, table)
    return count


def _count_on(conn: Connection, table: Table) -> None:
    """The next number that the database gives is one that no row has."""
    keys = list(table.primary_key.columns)
    if len(keys) != 1 or not isinstance(keys[0].type, Integer):
        return
    sequence = conn.scalar(
        text("SELECT pg_get_serial_sequence(:name, :column)"), {"name": table.name, "column": keys[0].name}
    )
    highest = conn.scalar(select(func.max(keys[0])))
    if sequence is not None and highest is not None:
        conn.execute(
            text("SELECT setval(CAST(:sequence AS regclass), :highest)"),
            {"sequence": sequence, "highest": highest},
        )
