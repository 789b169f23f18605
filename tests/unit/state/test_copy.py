"""A province's state on one database, and the same on the other."""

from pathlib import Path

import pytest
from sqlalchemy import select
from tests.servers.postgresql import PostgresServer

from keng.model.bulletin import Bulletin
from keng.model.user import Actor, Role
from keng.state import audit, users
from keng.state.copy import copy_state, is_empty
from keng.state.database import State, StateError, open_state
from keng.state.tables.metadata import metadata

NOW = 1_790_000_000_000_000


def content(state: State) -> dict[str, list[tuple[object, ...]]]:
    with state.read() as conn:
        return {
            table.name: [
                tuple(row) for row in conn.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in metadata.sorted_tables
        }


def test_everything_is_the_same_on_the_other_database_and_goes_on_there(
    state: State, drafted: Bulletin, tmp_path: Path, postgres: PostgresServer
) -> None:
    assert drafted.id
    before = content(state)
    middle = open_state(tmp_path / "copy" / "state.db")
    assert is_empty(middle)
    assert copy_state(state, middle) == sum(map(len, before.values()))
    assert content(middle) == before
    after = open_state(postgres.fresh())
    copy_state(middle, after)
    assert content(after) == before
    with after.write() as conn:
        assert audit.verify(conn) is None
        audit.record(conn, NOW, Actor("lan"), "test", "x:1")
        assert audit.verify(conn) is None
        users.create_user(conn, "moi", Role.ANALYST, "h", Actor("lan"), NOW)
    with pytest.raises(StateError):
        copy_state(middle, after)
    middle.close()
    after.close()
