from collections.abc import Iterator

import pyarrow as pa
import pytest
from tests.servers.clickhouse import ClickHouseFixture

from keng.store.errors import SearchTooHeavyError, StoreError
from keng.store.http_link import HttpLink, Server, read_url


def test_an_address_is_read_with_its_defaults() -> None:
    assert read_url("clickhouse://db") == Server("db", 8123, False, "default", "", "keng", "")
    assert read_url("clickhouses://an:p%40ss@db.tinh.vn:9443/logs?cluster=c1") == Server(
        "db.tinh.vn", 9443, True, "an", "p@ss", "logs", "c1"
    )
    assert read_url("clickhouses://db").port == 8443
    assert "p@ss" not in str(read_url("clickhouse://an:p%40ss@db"))


@pytest.mark.parametrize(
    "url", ["", "http://db", "clickhouse://", "clickhouse://db:port", "clickhouse://[::1"]
)
def test_what_is_no_address_is_refused_with_the_form_it_should_have(url: str) -> None:
    with pytest.raises(StoreError):
        read_url(url)


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:1/keng") as raised:
        HttpLink(read_url("clickhouse://an:secret@127.0.0.1:1/keng"))
    assert "secret" not in str(raised.value)


@pytest.fixture(scope="module")
def link(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpLink]:
    server = ClickHouseFixture(tmp_path_factory.mktemp("server"))
    link = HttpLink(read_url(server.url("default")))
    yield link
    link.close()
    server.stop()


HOSTILE = [
    "",
    "'",
    "\\",
    "it's",
    "a\tb\nc\rd",
    "`x`",
    "{p0:String}",
    "Nguyễn",
    "\0",
    "%41",
    "\\'; DROP",
    "😀",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_values_arrive_as_they_are(link: HttpLink, value: str) -> None:
    assert link.rows("SELECT {p0:String} AS v, {p1:Int64} AS n", {"p0": value, "p1": -7}) == [
        {"v": value, "n": -7}
    ]


@pytest.mark.parametrize("name", [value for value in HOSTILE if value and "\0" not in value])
def test_names_of_columns_arrive_as_they_are(link: HttpLink, name: str) -> None:
    sql = "SELECT 1 AS {p0:Identifier}, {p1:String} AS other"
    assert link.rows(sql, {"p0": name, "p1": "x"}) == [{name: 1, "other": "x"}]


def test_an_arrow_stream_is_inserted_and_read_back(link: HttpLink) -> None:
    link.rows("CREATE TABLE numbers_of_a_test (n UInt32) ENGINE = MergeTree ORDER BY n")
    sink = pa.BufferOutputStream()
    batch = pa.record_batch([pa.array([3, 1, 2], pa.uint32())], ["n"])
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    link.insert("INSERT INTO numbers_of_a_test (n)", bytes(sink.getvalue()))
    assert link.rows("SELECT n FROM numbers_of_a_test ORDER BY n") == [{"n": 1}, {"n": 2}, {"n": 3}]
    assert link.rows("SELECT n FROM numbers_of_a_test WHERE n > 9") == []
    assert link.text("SELECT 1 AS a", {}, "JSONCompactEachRowWithNames") == b'["a"]\n[1]\n'
    with pytest.raises(StoreError):
        link.insert("INSERT INTO numbers_of_a_test (n)", b"no stream")


def test_the_server_s_refusals_are_errors_of_the_store(link: HttpLink) -> None:
    with pytest.raises(StoreError, match="no_such_table"):
        link.rows("SELECT * FROM no_such_table")
    with pytest.raises(SearchTooHeavyError):
        link.rows("SELECT count() FROM numbers(100000000000) SETTINGS max_execution_time = 0.2")


def test_rows_come_piece_by_piece_and_a_refusal_is_an_error_of_the_store(link: HttpLink) -> None:
    sql = "SELECT number AS n FROM numbers({p0:UInt64}) SETTINGS max_block_size = 1000"
    pieces = list(link.batches(sql, {"p0": 5_000}))
    assert [row["n"] for piece in pieces for row in piece] == list(range(5_000)) and len(pieces) > 1
    some = link.batches(sql, {"p0": 5_000})
    next(some)
    some.close()  # type: ignore[attr-defined]
    assert link.rows("SELECT 7 AS n") == [{"n": 7}]
    with pytest.raises(StoreError, match="nope"):
        list(link.batches("SELECT nope", {}))
