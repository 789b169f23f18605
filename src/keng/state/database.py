"""The state store: one database for everything that people and the pipeline must remember exactly.

SQLite (WAL, synchronous FULL: a commit is on disk) when a path is given, PostgreSQL when a URL is. The tables
come from the Alembic migrations that ship in this package, the same for both; opening runs them to head.

There is one writer at a time on both: SQLite has it so, and on PostgreSQL every write takes one advisory lock, in
whatever process. So what a block reads stays true until it commits, and the audit chain, running numbers and the
grouping of alerts need no locks of their own.
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
from sqlalchemy.exc import OperationalError, ProgrammingError

from keng.i18n import _
from keng.state import postgresql

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_MS = 10_000


class StateError(Exception):
    """The state store cannot be opened: the message says what to do."""


class State:
    """An open state store. Safe to use from several threads; a connection belongs to one block."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.dialect = engine.dialect.name
        # Waiting here is fair, cheaper than SQLite's busy loop, and holds none of PostgreSQL's connections.
        self._writer = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent snapshot. Rolled back at the end: nothing written in here stays."""
        with self.engine.connect() as plain:
            yield plain if self.dialect == "sqlite" else plain.execution_options(**postgresql.SNAPSHOT)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: durable when the block ends, undone when it raises. Blocks must not nest."""
        with self._writer, self.engine.connect() as plain:
            conn = plain.execution_options(keng_write=True)
            with conn.begin():
                if self.dialect != "sqlite":
                    postgresql.become_writer(conn)
                yield conn

    def close(self) -> None:
        """Release files and connections."""
        self.engine.dispose()


def open_state(url_or_path: str | Path) -> State:
    """Open (or create) the store and bring its tables to the newest version.

    Raises StateError if the store was written by a newer Kẻng or the database cannot be reached, OSError if the
    folder cannot be made.
    """
    state = State(_engine(url_or_path))
    try:
        _migrate(state)
    except ProgrammingError as error:
        state.close()
        raise StateError(
            _(
                "the state database refuses: {error}. Let the account of state_url own its database: "
                "ALTER DATABASE … OWNER TO …",
                error=str(error.orig).partition("\n")[0],
            )
        ) from error
    except OperationalError as error:
        state.close()
        raise StateError(_("the state database cannot be used: {error}", error=error.orig)) from error
    except BaseException:
        state.close()
        raise
    return state


def _engine(url_or_path: str | Path) -> Engine:
    text = str(url_or_path)
    if "://" in text:
        return postgresql.engine(text)
    codec: dict[str, Any] = {"json_serializer": _to_json, "json_deserializer": msgspec.json.decode}
    path = Path(text)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
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


def _migrate(state: State) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    known = {revision.revision for revision in script.walk_revisions()}
    # As a writer: of several processes that start together one migrates, and the others find it done.
    with state.write() as conn:
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
