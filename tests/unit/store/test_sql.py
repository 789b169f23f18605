import pytest

from keng.i18n import using
from keng.model.rejected import Rejected
from keng.store.sql import DEFAULT_ROWS, MAX_ROWS, MAX_SQL, SqlQuery, parse_sql


def read(text: str) -> SqlQuery:
    query = parse_sql(text)
    assert isinstance(query, SqlQuery), query
    return query


def test_texts_travel_apart_and_the_view_has_its_place() -> None:
    query = read("SELECT user FROM events WHERE host = 'dc''01' AND user LIKE '%\\'; --%'")
    assert query.values == (None, "dc'01", "%'; --%")
    assert "".join(query.pieces) == "SELECT user FROM  WHERE host =  AND user LIKE  LIMIT 1001"


def test_only_columns_and_keys_that_are_read_are_asked_for() -> None:
    query = read("SELECT host, fields['Image'], fields['x y'] FROM events WHERE fields['Image'] != ''")
    assert query.columns == {"host"}
    assert query.keys == ("Image", "x y")
    assert "fields" in read("SELECT mapKeys(fields) FROM events").columns


def test_the_raw_text_is_asked_for_only_where_it_may_have_what_is_looked_for() -> None:
    query = read("SELECT host FROM events WHERE NOT raw ILIKE '%mimi_katz%' OR raw LIKE host")
    assert query.raws == (("mimi", "katz"),)
    assert "(keng_may_0 AND raw ILIKE " in "".join(query.pieces)


@pytest.mark.parametrize(
    ("text", "limit"), [("", DEFAULT_ROWS), (" LIMIT 5", 5), (f" LIMIT {MAX_ROWS + 1}", MAX_ROWS), (" LIMIT 5 OFFSET 2", 5)]
)  # fmt: skip
def test_rows_are_bounded(text: str, limit: int) -> None:
    assert read("SELECT host FROM events" + text).limit == limit


@pytest.mark.parametrize(
    ("text", "words", "position"),
    [
        ("SELECT nope FROM events", "fields['nope']", "line 1, column 8"),
        ("SELECT host\nFROM events\nWHERE usr = 'x'", "usr", "line 3, column 7"),
        ("DROP TABLE events", "one SELECT", ""),
        ("SELECT 1", "no other table", ""),
        ("SELECT sleep(3) FROM events", "sleep", ""),
        ("SELECT 'x FROM events", "quote", ""),
        ("x" * (MAX_SQL + 1), str(MAX_SQL), ""),
    ],
)
def test_mistakes_say_what_where_and_what_to_do(text: str, words: str, position: str) -> None:
    refused = parse_sql(text)
    assert isinstance(refused, Rejected)
    assert words in refused.reason
    assert not position or refused.position == position


def test_refusals_are_in_vietnamese_too() -> None:
    for text in (
        "SELECT nope FROM events",
        "DROP TABLE x",
        "SELECT 1",
        "SELECT sleep(1) FROM events",
        "SELECT 'x",
    ):
        with using("en"):
            english = parse_sql(text)
        with using("vi"):
            vietnamese = parse_sql(text)
        assert isinstance(english, Rejected) and isinstance(vietnamese, Rejected)
        assert english.reason != vietnamese.reason
