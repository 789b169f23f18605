"""The fence before the event store."""

import pytest
from sqlalchemy.exc import OperationalError

from keng.runtime.worker_store import FencedStore, ReadOnlyStore
from keng.state.cursors import LostCursorError

from .conftest import MemoryStore


def test_nothing_is_inserted_when_the_locks_are_gone() -> None:
    store = MemoryStore()
    there = True

    def check() -> None:
        if not there:
            raise OperationalError("SELECT 1", {}, Exception("gone"))

    fenced = FencedStore(store, check)
    fenced.insert([])
    there = False
    with pytest.raises(LostCursorError):
        fenced.insert([])
    assert fenced.ids_after(0) == fenced.recent_ids(0, 5) == set()


def test_a_store_to_be_read_takes_nothing() -> None:
    store = MemoryStore()
    ReadOnlyStore(store).insert([None])  # type: ignore[list-item]
    assert store.events == []
    assert ReadOnlyStore(store).ids_after(0) == ReadOnlyStore(store).recent_ids(0, 5) == set()
