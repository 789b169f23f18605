"""How far each consumer of the journal has read, and the state it had there."""

from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from keng.state.tables.pipeline import cursor as table


class Cursor(NamedTuple):
    """offset: the last journal offset done (0: none); state: the consumer's own bytes at that point."""

    offset: int
    state: bytes


def get(conn: Connection, consumer: str) -> Cursor:
    """The consumer's cursor; `Cursor(0, b"")` if it never stored one."""
    row = conn.execute(select(table).where(table.c.consumer == consumer)).one_or_none()
    return Cursor(row.offset, row.state) if row is not None else Cursor(0, b"")


def put(conn: Connection, consumer: str, offset: int, state: bytes = b"") -> None:
    """Store the cursor, in the transaction that holds what was done up to it."""
    values = {"offset": offset, "state": state}
    if not conn.execute(update(table).where(table.c.consumer == consumer).values(**values)).rowcount:
        conn.execute(insert(table).values(consumer=consumer, **values))
