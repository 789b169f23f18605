"""Stores under test: one line in IMPLEMENTATIONS for each."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.conformance.store.events import EVENTS
from tests.servers.clickhouse import ClickHouseFixture

from keng.normalise.ocsf import hot_table
from keng.store.base import EventStore
from keng.store.chdb import ChdbStore
from keng.store.clickhouse import ClickHouseStore
from keng.store.limits import Limits

_URL = "KENG_TEST_CLICKHOUSE"  # in the environment, so that a process that a test starts finds it, too


def _on_server(folder: Path, limits: Limits) -> ClickHouseStore:
    """Each test's folder stands for a database of its own."""
    database = "t" + hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    return ClickHouseStore(os.environ[_URL] + database, hot_table, limits)


IMPLEMENTATIONS: dict[str, Callable[[Path, Limits], EventStore]] = {
    "chdb": lambda folder, limits: ChdbStore(folder, hot_table, limits),
    "clickhouse": _on_server,
}
ONE_PROCESS = frozenset({"chdb"})
"""Those that are for one process at a time."""
OpenStore = Callable[..., EventStore]


@pytest.fixture(scope="session", autouse=True)
def clickhouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    server = ClickHouseFixture(tmp_path_factory.mktemp("clickhouse"))
    os.environ[_URL] = server.url("")
    yield
    del os.environ[_URL]
    server.stop()


@pytest.fixture(params=sorted(IMPLEMENTATIONS))
def implementation(request: pytest.FixtureRequest) -> str:
    """The name of the implementation under test."""
    return str(request.param)


@pytest.fixture
def open_store(implementation: str, tmp_path: Path) -> Iterator[OpenStore]:
    """Opens the test's store, again and again if asked; keywords are limits."""
    opened: list[EventStore] = []

    def open_it(**limits: float) -> EventStore:
        store = IMPLEMENTATIONS[implementation](tmp_path / "events", Limits(**limits))  # type: ignore[arg-type]
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
