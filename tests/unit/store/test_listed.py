from hypothesis import given
from hypothesis import strategies as st

from keng.store.listed import any_of
from keng.store.parameters import Parameters
from keng.store.query import Expression, Field, Operator, Word
from keng.store.schema import WORDS


def compiled(*parts: Expression) -> str:
    return any_of(parts, lambda _lower: (), Parameters())


def fields(name: str, *values: str, quoted: bool = True) -> list[Field]:
    return [Field(name, Operator.EQUAL, value, quoted) for value in values]


def test_many_plain_values_of_one_field_are_one_set() -> None:
    sql = compiled(*fields("host", "a", "b", "c", "d.e"))
    assert sql.count(" IN (") == 2 and "substringIndex" in sql and WORDS not in sql


def test_the_word_index_narrows_where_every_value_has_a_word() -> None:
    assert f"hasAnyTokens({WORDS}" in compiled(*fields("process", "cmd.exe", "a.exe", "b.exe", "c.exe"))
    assert "hasAnyTokens" not in compiled(*fields("process", "cmd.exe", "a.exe", "b.exe", "-"))


def test_what_is_not_plain_is_compared_one_by_one() -> None:
    values = ("a", "b", "c", "d")
    assert compiled(*fields("user", *values))
    for other in (
        [*fields("user", *values), Word("x")],
        [*fields("user", *values), *fields("host", "x")],
        [*fields("user", "a", "b", "c")],
        [*fields("port", "1", "2", "3", "4")],
        [*fields("src", "10.0.0.0/8", "b", "c", "d", quoted=False)],
        [*fields("user", "a*", "b", "c", "d", quoted=False)],
        [*fields("user", "", "b", "c", "d")],
        [Field("user", Operator.LESS, "5"), *fields("user", "b", "c", "d")],
    ):
        assert compiled(*other) == ""


@given(st.lists(st.text(min_size=1), min_size=4, max_size=8))
def test_nothing_typed_reaches_the_text_of_the_statement(values: list[str]) -> None:
    assert "§" not in compiled(*fields("§odd", *["§" + value for value in values]))
