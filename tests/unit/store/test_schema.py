from pathlib import Path

from keng.model.event import Event, LogSource
from keng.model.hot_columns import HotColumns
from keng.normalise.ocsf import hot_table
from keng.store.chdb import ChdbStore
from keng.store.schema import COLUMNS, EVENTS, WORDS, read_version, statements


def test_every_hot_column_has_a_column_of_its_name() -> None:
    names = [column.name for column in COLUMNS]
    assert len(names) == len(set(names))
    assert set(HotColumns._fields) <= set(names)


def test_the_word_index_is_on_the_expression_that_searches_use() -> None:
    assert f"INDEX words {WORDS} TYPE text" in statements()[0]


def test_what_is_returned_is_synced() -> None:
    assert all("fsync_after_insert = 1, fsync_part_directory = 1" in sql for sql in statements())


def test_the_version_is_read_from_the_comment() -> None:
    assert read_version("schema 12") == 12
    assert read_version("") == read_version("something") == 0


def test_what_has_just_arrived_is_looked_up_in_the_word_index_not_scanned(tmp_path: Path) -> None:
    store = ChdbStore(tmp_path / "events", hot_table)
    try:
        connection = store.connection()
        connection.rows("SYSTEM STOP MERGES")
        events = [
            Event(
                {"Text": f"word{n}"}, LogSource(), 10**15 + n, "h", "f", "", f"{n:032x}", "bv", "s", 10**15, n
            )
            for n in range(20)
        ]
        for start in (0, 10):
            store.insert(events[start : start + 10])
        plan = f"EXPLAIN indexes = 1 SELECT id FROM {EVENTS} WHERE hasAllTokens({WORDS}, 'word3')"
        text = connection.text(plan, {}, "TSVRaw").decode()
        words = text[text.index("Name: words") :]
        assert "Parts: 1/2" in words, text
        connection.close()
    finally:
        store.close()
