from keng.store import statements
from keng.store.cursor import Cursor
from keng.store.histogram import grid
from keng.store.query import EVERYTHING, SearchQuery, Word


def no_names(_lower: str) -> tuple[str, ...]:
    return ()


OWN = frozenset({"sgd", "a'b"})
QUERY = SearchQuery("x", Word("x"), 5, 9)


def of_a_searcher(agencies: frozenset[str] | None) -> list[statements.Statement]:
    return [
        statements.search(QUERY, no_names, agencies, Cursor(5, "0" * 32), 10),
        statements.count(QUERY, no_names, agencies),
        statements.extent(QUERY, no_names, agencies),
        statements.histogram(QUERY, no_names, agencies, grid(0, 10, 5)),
        statements.top_values(QUERY, "user", no_names, agencies, 5),
        statements.get("0" * 32, agencies),
        statements.host_activity("h", 5, 5, agencies, 5, later=True),
        statements.host_activity("h", 5, 5, agencies, 5, later=False),
        statements.count_since(0, agencies),
    ]


def test_every_statement_of_a_searcher_begins_with_whose_events_may_be_seen() -> None:
    for statement in of_a_searcher(OWN):
        assert "WHERE (agency IN ({p0:String}, {p1:String})) AND " in statement.sql
        assert [statement.values["p0"], statement.values["p1"]] == ["a'b", "sgd"]
    for statement in of_a_searcher(frozenset()):
        assert "WHERE false AND " in statement.sql


def test_the_centre_sees_all() -> None:
    assert all("agency IN" not in statement.sql for statement in of_a_searcher(None))


def test_times_beyond_the_calendar_are_brought_to_its_ends() -> None:
    query = SearchQuery("", None, -(10**30), 10**30)
    assert list(statements.count(query, no_names, None).values.values()) == [0, 10_413_791_999_999_999]


def test_newest_first_uses_the_columns_themselves_so_that_reading_can_stop() -> None:
    sql = statements.search(EVERYTHING, no_names, None, None, 10).sql
    assert "ORDER BY time DESC, id DESC LIMIT" in sql
    assert " AS time" not in sql
