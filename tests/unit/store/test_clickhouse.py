"""What is particular to a server; what every store promises stands in tests/conformance/store."""

from collections.abc import Iterator

import pytest
from tests.kept import no_hot_columns
from tests.servers.clickhouse import ClickHouseFixture

from keng.model.event import Event, LogSource
from keng.store import clickhouse
from keng.store.clickhouse import ClickHouseStore
from keng.store.errors import StoreError
from keng.store.http_link import HttpLink, read_url
from keng.store.query import EVERYTHING
from keng.store.schema import EVENTS


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClickHouseFixture]:
    server = ClickHouseFixture(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()


def open_store(url: str) -> ClickHouseStore:
    return ClickHouseStore(url, no_hot_columns)


def event(n: int, name: str) -> Event:
    return Event({name: "value"}, LogSource(), id=f"{n:032x}", time_us=1_790_000_000_000_000 + n)


def test_two_processes_worth_of_stores_share_events_and_names(
    server: ClickHouseFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = open_store(server.url("shared")), open_store(server.url("shared"))
    try:
        one.insert([event(1, "FirstName")])
        other.insert([event(2, "SecondName")])
        assert one.count(EVERYTHING, None) == other.count(EVERYTHING, None) == 2
        assert one.field_names("secondn") == ()
        monkeypatch.setattr(clickhouse, "NAMES_S", 0.0)
        assert one.field_names("secondn") == ("SecondName",)
    finally:
        one.close()
        other.close()


def test_tables_of_another_version_are_refused_and_left_as_they_are(server: ClickHouseFixture) -> None:
    open_store(server.url("later")).close()
    link = HttpLink(read_url(server.url("later")))
    link.rows(f"ALTER TABLE {EVENTS} MODIFY COMMENT 'schema 99'")
    link.close()
    with pytest.raises(StoreError, match="schema 99"):
        open_store(server.url("later"))


def test_a_cluster_s_name_is_a_name() -> None:
    with pytest.raises(StoreError, match="cluster"):
        open_store("clickhouse://127.0.0.1:1/keng?cluster=a%20b")
