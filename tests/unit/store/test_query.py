import msgspec

from keng.store.query import EVERYTHING, And, Field, Not, Operator, Or, SearchQuery, Word


def test_a_search_survives_being_written_down() -> None:
    query = SearchQuery(
        "x", And((Word("a"), Not(Or((Field("b", Operator.LESS, "1"), Word("c", True)))))), 1, 2
    )
    assert msgspec.json.decode(msgspec.json.encode(query), type=SearchQuery) == query


def test_everything_has_no_bounds() -> None:
    assert SearchQuery() == EVERYTHING
