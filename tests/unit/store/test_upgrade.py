from pathlib import Path

import pytest
from tests.kept import no_hot_columns

from keng.model.event import Event, LogSource
from keng.store import upgrade as subject
from keng.store.chdb import ChdbStore
from keng.store.connections import Connection
from keng.store.errors import StoreError
from keng.store.query import EVERYTHING, SearchQuery
from keng.store.search import parse_search

DAY = 86_400_000_000
SCHEMA_1 = """CREATE TABLE events (
  id FixedString(16) CODEC(NONE), time DateTime64(6, 'UTC'), received DateTime64(6, 'UTC'), offset UInt64,
  agency LowCardinality(String), source LowCardinality(String), host LowCardinality(String),
  format LowCardinality(String), product LowCardinality(String), service LowCardinality(String),
  categories Array(LowCardinality(String)), parsed Bool, class_uid UInt32, activity_id UInt8, status_id UInt8,
  code LowCardinality(String), user LowCardinality(String), process LowCardinality(String), command_line String,
  parent LowCardinality(String), src_ip LowCardinality(String), src_port UInt16, dst_ip LowCardinality(String),
  dst_port UInt16, domain String, url String, file_path String, hash String,
  fields Map(LowCardinality(String), String), raw String
) ENGINE = MergeTree PARTITION BY toYYYYMMDD(received) ORDER BY time COMMENT 'schema 1'"""

FILL_1 = """INSERT INTO events (id, time, received, offset, agency, source, fields, raw)
SELECT unhex(leftPad(hex(number), 32, '0')), fromUnixTimestamp64Micro(1790000000000000 + number * 3600000000) AS t,
  t, number, 'syt', 'syt-win', map('A', 'value' || toString(number)), 'raw text ' || toString(number)
FROM numbers(100)"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The folder of a store that the first version wrote: 100 events on five days."""
    folder = tmp_path / "events"
    folder.mkdir()
    connection = Connection(folder)
    for statement in (SCHEMA_1, FILL_1):
        connection.rows(statement)
    connection.close()
    return folder


def query(text: str) -> SearchQuery:
    parsed = parse_search(text, 1_790_000_000_000_000)
    assert isinstance(parsed, SearchQuery)
    return parsed


def checked(folder: Path) -> None:
    store = ChdbStore(folder, no_hot_columns)
    try:
        assert store.count(EVERYTHING, None) == 100
        assert store.ids_after(-1) == {f"{n:032x}" for n in range(100)}
        found = store.search(query("A:value42"), frozenset({"syt"})).events
        assert [(one.raw, one.fields, one.offset) for one in found] == [("raw text 42", {"A": "value42"}, 42)]
        store.insert([Event({"A": "new"}, LogSource(), id="f" * 32, time_us=1_790_000_000_000_000)])
        assert store.count(EVERYTHING, None) == 101
    finally:
        store.close()


def test_a_store_of_the_first_schema_is_brought_to_this_one(old: Path) -> None:
    checked(old)


class Killed(BaseException):
    """Stands for the end of the process: nothing catches it on the way."""


@pytest.mark.parametrize("step", (4, 8, 11, 13, 15, 20))
def test_an_upgrade_that_is_killed_at_any_step_goes_on_at_the_next_start(
    old: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Connection.rows
    left = step

    def dying(
        self: Connection, sql: str, parameters: dict[str, str] | None = None
    ) -> list[dict[str, object]]:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed
        return run(self, sql, parameters)

    monkeypatch.setattr(Connection, "rows", dying)
    with pytest.raises(Killed):
        ChdbStore(old, no_hot_columns)
    monkeypatch.undo()
    checked(old)


def test_a_store_of_a_later_version_is_refused(old: Path) -> None:
    connection = Connection(old)
    connection.rows("ALTER TABLE events MODIFY COMMENT 'schema 99'")
    with pytest.raises(StoreError, match="schema 99"):
        subject.upgrade(connection)
    connection.close()
