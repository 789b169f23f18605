"""What the base does beside what every store promises (tests/conformance/store)."""

from pathlib import Path

import pytest
from tests.kept import no_hot_columns

from keng.store.connections import Connection
from keng.store.errors import StoreError
from keng.store.link import Link
from keng.store.merge_tree import MergeTreeStore
from keng.store.schema import statements


def test_connections_that_were_opened_are_closed_when_a_later_one_fails(tmp_path: Path) -> None:
    first = Connection(tmp_path / "events")
    for statement in statements():
        first.rows(statement)
    opened: list[Connection] = []

    def connect() -> Link:
        if len(opened) == 2:
            raise StoreError("no more")
        opened.append(Connection(tmp_path / "events"))
        return opened[-1]

    with pytest.raises(StoreError, match="no more"):
        MergeTreeStore(connect, no_hot_columns)
    first.close()
    Connection(tmp_path / "other").close()  # possible only when no connection to the first folder is open


def test_a_connection_for_long_work_sees_the_same_tables(tmp_path: Path) -> None:
    first = Connection(tmp_path / "events")
    for statement in statements():
        first.rows(statement)
    store = MergeTreeStore(lambda: Connection(tmp_path / "events"), no_hot_columns)
    connection = store.connection()
    assert connection.rows("SELECT count() AS n FROM events") == [{"n": 0}]
    for each in (connection, store, first):
        each.close()
