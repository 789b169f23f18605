"""Opening, migrating and writing the state store."""

import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from keng.state import cursors
from keng.state.database import State, StateError, open_state
from keng.state.tables import (  # noqa: F401
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


def test_migrations_from_nothing_give_exactly_the_tables(state: State) -> None:
    with state.read() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []


def test_opening_again_keeps_what_was_written(tmp_path: Path) -> None:
    for offset in (0, 1, 2):
        state = open_state(tmp_path / "new" / "state.db")
        with state.write() as conn:
            assert cursors.get(conn, "detect").offset == offset
            cursors.put(conn, "detect", offset + 1)
        state.close()


def test_sqlite_runs_with_wal_and_full_sync(tmp_path: Path) -> None:
    state = open_state(tmp_path / "state.db")
    with state.read() as conn:
        pragmas = [conn.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")]
        assert pragmas == ["wal", 2]
        assert conn.execute(text("PRAGMA foreign_keys")).scalar() == 1
    state.close()


def test_a_block_that_raises_leaves_nothing(state: State) -> None:
    with pytest.raises(RuntimeError, match="halt"), state.write() as conn:
        cursors.put(conn, "detect", 7, b"state")
        raise RuntimeError("halt")
    with state.read() as conn:
        assert cursors.get(conn, "detect") == cursors.Cursor(0, b"")


def test_a_reader_sees_a_snapshot_while_another_writes(state: State) -> None:
    with state.read() as reader:
        assert cursors.get(reader, "detect").offset == 0
        with state.write() as writer:
            cursors.put(writer, "detect", 5)
        assert cursors.get(reader, "detect").offset == 0
    with state.read() as reader:
        assert cursors.get(reader, "detect").offset == 5


def test_many_threads_write_without_losing_an_update(state: State) -> None:
    def work() -> None:
        for _ in range(20):
            with state.write() as conn:
                cursors.put(conn, "detect", cursors.get(conn, "detect").offset + 1)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with state.read() as conn:
        assert cursors.get(conn, "detect").offset == 120


def test_a_store_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    open_state(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StateError, match="newer"):
        open_state(path)
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


def test_every_table_can_be_made_in_postgresql() -> None:
    for table in metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))
