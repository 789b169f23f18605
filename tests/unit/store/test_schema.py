from keng.model.hot_columns import HotColumns
from keng.store.schema import COLUMNS, WORDS, read_version, statements


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
