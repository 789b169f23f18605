"""What a person has chosen for their pages, such as the columns of a search. One JSON value a name."""

from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, select

from keng.state.tables.hunts import preference as table

MAX_BYTES = 8_000


def preference(conn: Connection, user_id: int, name: str) -> Any:
    """The value, or None where the person has not chosen."""
    return conn.scalar(select(table.c.value).where(table.c.user == user_id, table.c.name == name))


def set_preference(conn: Connection, user_id: int, name: str, value: Any) -> None:
    """Remember the value; None forgets it. Raises ValueError on more than 8,000 bytes of JSON."""
    if len(msgspec.json.encode(value)) > MAX_BYTES:
        raise ValueError(f"the preference {name} is too large")
    conn.execute(delete(table).where(table.c.user == user_id, table.c.name == name))
    if value is not None:
        conn.execute(insert(table).values(user=user_id, name=name, value=value))
