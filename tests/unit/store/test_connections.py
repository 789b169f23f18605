import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from keng.store.connections import Connection, Connections, escape, told
from keng.store.errors import SearchTooHeavyError, StoreError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture
def connection(folder: Path) -> Iterator[Connection]:
    one = Connection(folder)
    yield one
    one.close()


@pytest.mark.parametrize(
    "text", ["a'b", "a\\b", "a\tb", "\\N", "x\0y", "\n", "\\n", "", "{p:String}", "'; --", "é"]
)
def test_a_parameter_arrives_as_it_is(connection: Connection, text: str) -> None:
    rows = connection.rows("SELECT hex({p:String}) AS x", {"p": text})
    assert bytes.fromhex(rows[0]["x"]).decode() == text


def test_a_lone_surrogate_in_a_parameter_becomes_a_question_mark() -> None:
    assert escape("a\ud800") == "a?"


def test_no_rows_are_an_empty_list(connection: Connection) -> None:
    assert connection.rows("SELECT 1 AS x WHERE 0") == []


def test_limits_become_advice_and_other_failures_the_store_s_error(connection: Connection) -> None:
    with pytest.raises(SearchTooHeavyError, match="too long"):
        connection.rows(
            "SELECT sum(sipHash64(number)) FROM numbers(100000000000) SETTINGS max_execution_time = 0.1"
        )
    with pytest.raises(SearchTooHeavyError, match="memory"):
        connection.rows(
            "SELECT groupArray(number) FROM numbers(100000000) SETTINGS max_memory_usage = 10000000"
        )
    with pytest.raises(StoreError, match="nope"):
        connection.rows("SELECT nope")


def test_what_a_failed_statement_had_answered_is_not_in_the_next_answer(
    folder: Path, connection: Connection
) -> None:
    pool = Connections(lambda: Connection(folder), 1)
    failing = "SELECT throwIf(number = 300000, 'stop') AS secret, number FROM numbers(1000000)"
    with pool.borrow() as one:
        for form in ("Arrow", "JSONCompactEachRowWithNames"):
            with pytest.raises(StoreError, match="stop"):
                one.rows(failing) if form == "Arrow" else one.text(failing, {}, form)
            assert one.text("SELECT 7 AS seven", {}, "JSONCompactEachRowWithNames") == b'["seven"]\n[7]\n'
            with pytest.raises(StoreError):
                one.text(failing, {}, "JSONCompactEachRowWithNames")
            assert one.rows("SELECT 7 AS seven") == [{"seven": 7}]
    pool.close()


def test_an_error_is_told_without_code_scope_and_statement() -> None:
    text = "Code: 32. DB::Exception: Cannot parse UInt32: while executing 'FUNCTION'. (CANNOT_PARSE)"
    assert told(text) == "Cannot parse UInt32"
    assert told("odd") == "odd"


def test_a_stream_that_does_not_fit_is_refused_and_leaves_nothing(connection: Connection) -> None:
    connection.rows("CREATE TABLE t (name String) ENGINE = MergeTree ORDER BY name")
    with pytest.raises(StoreError):
        connection.insert("INSERT INTO t (name)", b"this is no Arrow stream")
    assert connection.rows("SELECT count() AS n FROM t") == [{"n": 0}]


def test_borrowers_wait_for_each_other_and_not_for_ever(folder: Path) -> None:
    pool = Connections(lambda: Connection(folder), 1)
    with pool.borrow(), pytest.raises(SearchTooHeavyError, match="at once"), pool.borrow(0.01):
        pass
    seen: list[int] = []

    def use() -> None:
        with pool.borrow(10) as one:
            seen.append(one.rows("SELECT 1 AS x")[0]["x"])

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1, 1, 1, 1]
    pool.close()


def test_another_folder_in_the_same_process_is_refused(connection: Connection, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        Connection(tmp_path / "other")


def test_rows_come_piece_by_piece_and_what_was_not_read_is_not_in_the_next_answer(
    connection: Connection,
) -> None:
    sql = "SELECT number AS n FROM numbers({p0:UInt64}) SETTINGS max_block_size = 1000"
    pieces = list(connection.batches(sql, {"p0": 5_000}))
    assert [row["n"] for piece in pieces for row in piece] == list(range(5_000)) and len(pieces) == 5
    some = connection.batches(sql, {"p0": 5_000})
    next(some)
    some.close()  # type: ignore[attr-defined]
    assert connection.rows("SELECT 7 AS n") == [{"n": 7}]
    with pytest.raises(StoreError, match="stop"):
        list(connection.batches("SELECT throwIf(number = 3000, 'stop') AS x FROM numbers(5000)", {}))
    assert connection.rows("SELECT 8 AS n") == [{"n": 8}]
