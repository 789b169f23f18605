"""What is particular to chDB; what every store promises stands in tests/conformance/store."""

from pathlib import Path

import pytest
from tests.kept import no_hot_columns

from keng.store import notes
from keng.store.chdb import ChdbStore
from keng.store.connections import Connection
from keng.store.errors import StoreError
from keng.store.schema import EVENTS, VERSION


def open_store(folder: Path) -> ChdbStore:
    return ChdbStore(folder, no_hot_columns)


def test_a_store_of_another_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    open_store(tmp_path / "events").close()
    notes.forget(tmp_path / "events")
    connection = Connection(tmp_path / "events")
    connection.rows(f"ALTER TABLE {EVENTS} MODIFY COMMENT 'schema 99'")
    connection.close()
    with pytest.raises(StoreError, match="schema 99"):
        open_store(tmp_path / "events")
    connection = Connection(tmp_path / "events")
    connection.rows(f"ALTER TABLE {EVENTS} MODIFY COMMENT 'schema {VERSION}'")
    connection.close()
    open_store(tmp_path / "events").close()


def test_closing_twice_does_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path / "events")
    store.close()
    store.close()


def test_the_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    open_store(tmp_path / "new" / "events").close()
    assert (tmp_path / "new" / "events").stat().st_mode & 0o077 == 0


def test_the_first_store_of_a_process_goes_on_when_a_second_folder_is_refused(tmp_path: Path) -> None:
    first = open_store(tmp_path / "one")
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(tmp_path / "two")
    assert first.count_since(0, None) == 0
    first.close()
    open_store(tmp_path / "two").close()
