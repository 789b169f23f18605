"""The state store: one database for everything that people and the pipeline must remember exactly.

SQLite (WAL, synchronous FULL: a commit is on disk) when a path is given, PostgreSQL when a URL is. The tables
come from the Alembic migrations that ship in this package; opening runs them to head.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event

from keng.i18n import _

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_MS = 10_000


class StateError(Exception):
    """The state store cannot be opened: the message says what to do."""


class State:
    """An open state store. Safe to use from several threads; a connection belongs to one block."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # SQLite takes one writer at a time: waiting here is fair and cheaper than its busy loop.
        self._writer = threading.Lock() if engine.dialect.name == "sqlite" else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent snapshot. Rolled back at the end: nothing written in here stays."""
        with self.engine.connect() as conn:
            yield conn

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: durable when the block ends, undone when it raises. Blocks must not nest."""
        if self._writer is None:
            with self.engine.begin() as conn:
                yield conn
            return
        with self._writer, self.engine.connect() as plain:
            conn = plain.execution_options(keng_write=True)
            with conn.begin():
                yield conn

    def close(self) -> None:
        """Release files and connections."""
        self.engine.dispose()


def open_state(url_or_path: str | Path) -> State:
    """Open (or create) the store and bring its tables to the newest version.

    Raises StateError if the store was written by a newer Kẻng, OSError if the folder cannot be made.
    """
    engine = _engine(url_or_path)
    state = State(engine)
    try:
        _migrate(engine)
    except BaseException:
        state.close()
        raise
    return state


def _engine(url_or_path: str | Path) -> Engine:
    text = str(url_or_path)
    codec: dict[str, Any] = {"json_serializer": _to_json, "json_deserializer": msgspec.json.decode}
    if "://" in text:
        return create_engine(text, **codec)
    path = Path(text)
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        f"sqlite:///{path}", connect_args={"check_same_thread": False}, pool_size=8, max_overflow=24, **codec
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _to_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _prepare_sqlite(dbapi: Any, _record: Any) -> None:
    # The driver's own transaction handling is switched off; `_begin_sqlite` says when one starts.
    dbapi.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        dbapi.execute(f"PRAGMA {pragma}")


def _begin_sqlite(conn: Connection) -> None:
    # A writer takes the lock at once: a read that turns into a write could not be retried.
    write = conn.get_execution_options().get("keng_write", False)
    conn.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    known = {revision.revision for revision in script.walk_revisions()}
    with engine.connect() as plain, (conn := plain.execution_options(keng_write=True)).begin():
        current = MigrationContext.configure(conn).get_current_revision()
        if current is not None and current not in known:
            raise StateError(
                _(
                    "the state store has version {version}, newer than this Kẻng: upgrade Kẻng",
                    version=current,
                )
            )
        if current != script.get_current_head():
            config.attributes["connection"] = conn
            command.upgrade(config, "head")
