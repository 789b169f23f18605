"""Stores under test: one line in IMPLEMENTATIONS for each."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.conformance.store.events import EVENTS

from keng.normalise.ocsf import hot_columns
from keng.store.base import EventStore
from keng.store.chdb import ChdbStore
from keng.store.limits import Limits

IMPLEMENTATIONS: dict[str, Callable[[Path, Limits], EventStore]] = {
    "chdb": lambda folder, limits: ChdbStore(folder, hot_columns, limits),
}
OpenStore = Callable[..., EventStore]


@pytest.fixture(params=sorted(IMPLEMENTATIONS))
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenStore]:
    """Opens the test's store, again and again if asked; keywords are limits."""
    opened: list[EventStore] = []

    def open_it(**limits: float) -> EventStore:
        store = IMPLEMENTATIONS[request.param](tmp_path / "events", Limits(**limits))  # type: ignore[arg-type]
        opened.append(store)
        return store

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture
def empty(open_store: OpenStore) -> EventStore:
    return open_store()


@pytest.fixture
def store(empty: EventStore) -> EventStore:
    empty.insert(EVENTS)
    return empty


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages are compared in English, whatever the machine's language."""
    monkeypatch.setenv("KENG_LANG", "en")
