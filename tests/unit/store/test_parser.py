from datetime import UTC, datetime

import pytest

from keng.model.rejected import Rejected
from keng.store.parser import MAX_DEPTH, MAX_TERMS, parse
from keng.store.query import And, Expression, Field, Not, Operator, Or, SearchQuery, Word
from keng.store.tokens import tokens_of

NOW = 1_790_000_000_000_000


def read(text: str) -> SearchQuery | Rejected:
    tokens = tokens_of(text)
    assert isinstance(tokens, list), tokens
    return parse(text, tokens, NOW, UTC)


def expression(text: str) -> Expression | None:
    query = read(text)
    assert isinstance(query, SearchQuery), query
    return query.expression


A, B, C = Word("a"), Word("b"), Word("c")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", None),
        ("*", None),
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a OR b c", Or((A, And((B, C))))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("NOT a b", And((Not(A), B))),
        ("NOT (a b)", Not(And((A, B)))),
        ("NOT NOT a", Not(Not(A))),
        ("a AND NOT b", And((A, Not(B)))),
        ("((a))", A),
        ("a *", A),
        ("user:x", Field("user", Operator.EQUAL, "x")),
        ("user!=x", Not(Field("user", Operator.EQUAL, "x"))),
        ("port>=5", Field("port", Operator.GREATER_EQUAL, "5")),
        ('x:"y*"', Field("x", Operator.EQUAL, "y*", True)),
        ("last", Word("last")),
        ("last word", And((Word("last"), Word("word")))),
        ('"last" 7d', And((Word("last", True), Word("7d")))),
        ('"from":x', Field("from", Operator.EQUAL, "x")),
    ],
)
def test_precedence_and_terms(text: str, wanted: Expression | None) -> None:
    assert expression(text) == wanted


def test_times_are_taken_out_of_the_expression() -> None:
    query = read("a last 7d (b to:2026-11-24T00:00)")
    assert isinstance(query, SearchQuery)
    assert query.expression == And((A, B))
    assert query.from_us == NOW - 7 * 86_400 * 10**6
    assert query.to_us == 1_795_478_400_000_000
    assert isinstance(only := read("last:1h"), SearchQuery) and only.expression is None
    assert only.from_us == NOW - 3600 * 10**6


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("a AND", 3, "both sides"),
        ("AND a", 1, "both sides"),
        ("a AND AND b", 7, "both sides"),
        ("a OR", 3, "both sides"),
        ("OR a", 1, "both sides"),
        ("a NOT", 3, "after it"),
        ("NOT AND a", 1, "after it"),
        ("NOT *", 1, "everything"),
        ("(a", 1, "not closed"),
        ("a)", 2, "opens nowhere"),
        ("a OR last 7d", 6, "whole search"),
        ("last 7d OR a", 1, "whole search"),
        ("NOT last:7d", 5, "whole search"),
        ("(a OR last:7d)", 7, "whole search"),
        ("last:soon", 1, "last 24h"),
        ("from:soon", 1, "from:2026-11-24"),
        ("from>2026-11-24", 1, "colon"),
        ("port:http", 1, "number"),
        ("parsed:maybe", 1, "true or false"),
        ("from:(a b)", 1, "colon"),
        ("x:(" + "a " * (MAX_TERMS + 1) + ")", 1, "Too many conditions"),
        ("user>5x", 1, "compares numbers"),
        ("category>5", 1, "compares numbers"),
        ("id:5", 1, "32 hexadecimal"),
        ('""', 1, "nothing between"),
        ("(" * (MAX_DEPTH + 2) + "a" + ")" * (MAX_DEPTH + 2), MAX_DEPTH + 1, "Too many parentheses"),
        ("NOT " * (MAX_DEPTH + 2) + "a", 4 * MAX_DEPTH + 1, "Too many parentheses"),
        ("a " * (MAX_TERMS + 1), 2 * MAX_TERMS + 1, "Too many conditions"),
    ],
)
def test_mistakes_are_named_with_their_place_and_the_remedy(text: str, column: int, words: str) -> None:
    refused = read(text)
    assert isinstance(refused, Rejected), refused
    assert words in refused.reason
    assert refused.position == f"column {column}"


def test_numbers_may_be_wild_but_not_endless() -> None:
    assert expression("port:44*") == Field("port", Operator.EQUAL, "44*")
    assert isinstance(read("port:" + "9" * 30), Rejected)
    assert isinstance(read("port>" + "9" * 30), Rejected)


HOUR = 3_600 * 10**6


def _utc(day: int) -> int:
    """Its first moment, in September 2026."""
    return int(datetime(2026, 9, day, tzinfo=UTC).timestamp()) * 10**6


@pytest.mark.parametrize(
    ("text", "from_us", "to_us"),
    [
        ("last 15 minutes", NOW - HOUR // 4, None),
        ("last 2 giờ", NOW - 2 * HOUR, None),
        ("earliest=-2h latest=now", NOW - 2 * HOUR, NOW),
        ("earliest:-2h", NOW - 2 * HOUR, None),
        ("@timestamp:[now-2h TO now]", NOW - 2 * HOUR, NOW),
        ("@timestamp:[now-2h TO *]", NOW - 2 * HOUR, None),
        ('time>="2026-09-21 10:00" time<2026-09-22', _utc(21) + 10 * HOUR, _utc(22)),
        ("_time>2026-09-21 timestamp<=2026-09-22", _utc(22), _utc(23)),
        ('time:["2026-09-21 10:00" TO 2026-09-21]', _utc(21) + 10 * HOUR, _utc(22)),
    ],
)
def test_times_as_other_systems_write_them(text: str, from_us: int, to_us: int | None) -> None:
    query = read(f"{text} mimikatz")
    assert isinstance(query, SearchQuery), query
    assert (query.from_us, query.to_us, query.expression) == (from_us, to_us, Word("mimikatz"))


@pytest.mark.parametrize(
    "text", ["earliest:bird", "time:5", "timestamp>=5", "time:x", '"time":x', "@timestamp!=x"]
)
def test_fields_of_a_log_that_are_called_like_times_are_fields(text: str) -> None:
    query = read(text)
    assert isinstance(query, SearchQuery) and query.expression is not None and query.from_us is None


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("a OR time>=2026-09-21", 6),
        ("time>=yesteryear", 1),
        ("NOT earliest=-1d", 5),
        ("x | stats count by y", 3),
        ("time:[a TO b]", 7),
    ],
)
def test_times_and_pipes_in_the_wrong_place_are_told(text: str, column: int) -> None:
    refused = read(text)
    assert isinstance(refused, Rejected) and refused.position.endswith(f" {column}"), refused
