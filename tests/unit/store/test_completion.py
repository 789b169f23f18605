import pytest
from hypothesis import given
from hypothesis import strategies as st

from keng.model.rejected import Rejected
from keng.store.completion import TIMES, Cursor, at_cursor, field_text, value_text
from keng.store.query import Field, SearchQuery
from keng.store.search import parse_search

NOW = 1_790_000_000_000_000


@pytest.mark.parametrize(
    ("text", "kind", "field", "prefix"),
    [
        ("|", "field", "", ""),
        ("us|", "field", "", "us"),
        ("a AND us|", "field", "", "us"),
        ("(us|", "field", "", "us"),
        ("-us|", "field", "", "us"),
        ("NOT us|", "field", "", "us"),
        ("user:|", "value", "user", ""),
        ("user:ad|", "value", "user", "ad"),
        ("user:ad|min", "value", "user", "ad"),
        ("-user:ad|", "value", "user", "ad"),
        ('user:"ad m|', "value", "user", "ad m"),
        ('user:"ad m|in"', "value", "user", "ad m"),
        ('"odd name":x|', "value", "odd name", "x"),
        ("host:(dc01 d|", "value", "host", "d"),
        ("host:(dc01, d|", "value", "host", "d"),
        ("host:(dc01) d|", "field", "", "d"),
        ("user:admin |", "field", "", ""),
        ("port>1|", "", "", ""),
    ],
)
def test_what_is_being_written(text: str, kind: str, field: str, prefix: str) -> None:
    at = text.index("|")
    cursor = at_cursor(text.replace("|", ""), at)
    assert (cursor.kind, cursor.field, cursor.prefix) == (kind, field, prefix)


def test_a_choice_replaces_the_whole_term() -> None:
    text = 'a user:"an n" b'
    cursor = at_cursor(text, 9)
    assert text[: cursor.start] + value_text("x y") + text[cursor.end :] == 'a user:"x y" b'
    assert at_cursor("usr b", 2) == Cursor("field", 0, 3, "", "us")


@given(st.text(max_size=60), st.integers(-2, 70))
def test_any_text_at_any_place_has_an_answer_within_it(text: str, at: int) -> None:
    cursor = at_cursor(text, at)
    assert 0 <= cursor.start <= cursor.end <= len(text)


@given(
    st.text(min_size=1, max_size=30).filter(lambda name: name.isprintable() and name.strip()),
    st.text(max_size=30),
)
def test_what_is_written_for_a_choice_is_a_search_for_exactly_that(field: str, value: str) -> None:
    query = parse_search(f"{field_text('x.' + field)}:{value_text(value)}", NOW)
    assert not isinstance(query, Rejected)
    assert isinstance(query, SearchQuery) and isinstance(query.expression, Field)
    assert (query.expression.name, query.expression.value) == ("x." + field, value)


def test_times_that_are_offered_can_be_read() -> None:
    assert all(isinstance(parse_search(time.replace(":", ":now"), NOW), SearchQuery) for time in TIMES)
