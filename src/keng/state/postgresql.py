"""What the state store does its own way on PostgreSQL: connections, the one writer, and texts that it cannot hold."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text

# The numbers name our lock among all advisory locks of the database; they spell "keng" and "writ".
WRITER = (0x6B656E67, 0x77726974)
SNAPSHOT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
CONNECT_S = 10


def engine(url: str) -> Engine:
    """Connections to `postgresql://user:password@host/database`; each is tried before it is used again."""
    made = create_engine(
        _with_driver(make_url(url)),
        json_serializer=_to_json,
        json_deserializer=msgspec.json.decode,
        pool_size=8,
        max_overflow=24,
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT_S},
    )
    event.listen(made, "connect", _prepare)
    event.listen(made, "before_cursor_execute", _clean_parameters, retval=True)
    return made


def become_writer(conn: Connection) -> None:
    """Wait until no other transaction writes; held until this one ends.

    The transaction must be READ COMMITTED (the default), so that what it reads next is what the last writer left.
    """
    conn.execute(text("SELECT pg_advisory_xact_lock(:space, :name)"), {"space": WRITER[0], "name": WRITER[1]})


def _with_driver(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def _prepare(dbapi: Any, _record: Any) -> None:
    # Whatever the server's default is: a commit that returned is on disk.
    with dbapi.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO on")
    dbapi.commit()


def _to_json(value: Any) -> str:
    return msgspec.json.encode(_without_nul(value)).decode()


def _clean_parameters(
    _conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
) -> tuple[str, Any]:
    # PostgreSQL's text has no NUL; a person or a log may well send one.
    return statement, _without_nul(parameters)


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd") if "\0" in value else value
    if isinstance(value, Mapping):
        return {_without_nul(name): _without_nul(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_without_nul(one) for one in value)
    return value
