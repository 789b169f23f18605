import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keng.i18n import using
from keng.model.rejected import Rejected
from keng.store import search
from keng.store.query import Field, Operator, SearchQuery
from keng.store.search import MAX_LENGTH, parse_search, pivot
from keng.store.sql import SqlQuery, parse_sql

NOW = 1_790_000_000_000_000


def test_the_search_of_the_documentation() -> None:
    query = parse_search('user:admin AND NOT host:dc01 "mimikatz" port>=1024 last 7d', NOW)
    assert isinstance(query, SearchQuery)
    assert query.from_us == NOW - 7 * 86_400 * 10**6


def test_every_example_of_the_table_is_a_search() -> None:
    table = re.findall(r"^\| (.+?) \| ", search.__doc__ or "", re.MULTILINE)[2:]
    assert len(table) > 8
    for row in table:
        for example in row.split(", "):
            assert isinstance(
                parse_search(example.removesuffix(" ( )").replace("( )", ""), NOW), SearchQuery
            ), example


@pytest.mark.parametrize("name", ["search.md", "search.vi.md"])
def test_every_example_of_the_documentation_is_a_search(name: str) -> None:
    text = (Path(__file__).parents[3] / "docs" / name).read_text()
    examples = re.findall(r"^\| `(.+?)` \|", text, re.MULTILINE)
    assert len(examples) > 18
    for example in [*examples, *re.findall(r"^keng hunt '([^']+)'", text, re.MULTILINE)]:
        assert isinstance(parse_search(example, NOW), SearchQuery), example
    for statement in re.findall(r"```sql\n(.+?)```", text, re.DOTALL) + re.findall(r"--sql '([^']+)'", text):
        assert isinstance(parse_sql(statement), SqlQuery), statement


def test_a_search_that_is_too_long_is_refused() -> None:
    refused = parse_search("a" * (MAX_LENGTH + 1), NOW)
    assert isinstance(refused, Rejected)
    assert str(MAX_LENGTH) in refused.reason


@pytest.mark.parametrize(
    "text", ["(a", "a AND", 'x"', "port:a", "from:x", "last:x", "NOT", "a OR", "id:1", "parsed:x"]
)
def test_refusals_are_in_vietnamese_too(text: str) -> None:
    with using("en"):
        english = parse_search(text, NOW)
    with using("vi"):
        vietnamese = parse_search(text, NOW)
    assert isinstance(english, Rejected) and isinstance(vietnamese, Rejected)
    assert english.reason != vietnamese.reason
    assert english.position != vietnamese.position


@given(st.text(max_size=200))
@settings(max_examples=500, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    assert isinstance(parse_search(text, NOW), SearchQuery | Rejected)


@given(
    st.text(min_size=1, max_size=50).filter(lambda text: text.isprintable() and text.strip()),
    st.text(max_size=50),
)
@settings(max_examples=300, deadline=None)
def test_a_pivot_means_exactly_this_value_of_this_field(field: str, value: str) -> None:
    query = parse_search(pivot("x." + field, value), NOW)
    assert isinstance(query, SearchQuery)
    assert query.expression == Field("x." + field, Operator.EQUAL, value, True)


def test_a_pivot_on_a_field_that_is_named_like_a_time_is_none() -> None:
    query = parse_search(pivot("from", "a@b.vn"), NOW)
    assert isinstance(query, SearchQuery)
    assert query.expression == Field("from", Operator.EQUAL, "a@b.vn", True)


def test_the_module_tells_the_language_in_a_table() -> None:
    assert "| written | finds |" in Path(search.__file__).read_text()
