"""How far each consumer of the journal has read, and the state it had there."""

from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from keng.state.tables.pipeline import cursor as table

PIPELINE = "pipeline"
"""The consumer that works on everything, where one process does."""


class LostCursorError(Exception):
    """Somebody else has moved the cursor: what was done since is theirs, and must not be committed."""


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


def claim(conn: Connection, consumer: str, expected: int, offset: int) -> bool:
    """Whether the cursor still stands at `expected`, so that this transaction may move it to `offset`.

    False: it stands at `offset` already, because a commit whose answer was lost has got through. Raises LostCursorError.
    """
    found = conn.execute(select(table.c.offset).where(table.c.consumer == consumer)).scalar_one_or_none() or 0
    if found == expected:
        return True
    if found == offset:
        return False
    raise LostCursorError(f"{consumer}: expected {expected}, found {found}")


def offsets(conn: Connection) -> dict[str, int]:
    """How far each consumer has read."""
    return {row.consumer: row.offset for row in conn.execute(select(table.c.consumer, table.c.offset))}
