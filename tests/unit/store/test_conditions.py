import pytest
from hypothesis import given
from hypothesis import strategies as st

from keng.store.conditions import condition, values_of
from keng.store.fields import targets
from keng.store.parameters import Parameters
from keng.store.query import Expression, Field, Not, Operator, Word
from keng.store.schema import WORDS


def no_names(_lower: str) -> tuple[str, ...]:
    return ()


def compiled(expression: Expression) -> tuple[str, list[str | int | float]]:
    parameters = Parameters()
    sql = condition(expression, no_names, parameters)
    return sql, list(parameters.values.values())


@given(st.text(min_size=1), st.text(), st.booleans())
def test_nothing_typed_reaches_the_text_of_the_statement(name: str, value: str, quoted: bool) -> None:
    marked = "§" + value + "§"
    for expression in (
        Word(marked, quoted),
        Field("§" + name, Operator.EQUAL, marked, quoted),
        Field("user", Operator.EQUAL, marked, quoted),
        Not(Field("category", Operator.EQUAL, marked, quoted)),
    ):
        assert "§" not in compiled(expression)[0]


@given(st.text(), st.booleans())
def test_parentheses_balance_so_that_nothing_escapes(value: str, quoted: bool) -> None:
    sql = compiled(Word(value, quoted))[0]
    depth = 0
    for at, char in enumerate(sql):
        depth += (char == "(") - (char == ")")
        assert depth > 0 or at == len(sql) - 1 or sql.startswith("hasAllTokens")
    assert depth == 0


def test_a_single_word_needs_the_index_alone() -> None:
    assert compiled(Word("mimikatz")) == (f"hasAllTokens({WORDS}, lowerUTF8({{p0:String}}))", ["mimikatz"])


def test_a_phrase_is_narrowed_by_its_words_and_then_looked_at() -> None:
    sql, values = compiled(Word("cmd /c whoami", True))
    assert sql.startswith("(hasAllTokens(")
    assert sql.rstrip(")").endswith("raw ILIKE {p0:String}")
    assert any(sorted(str(value).split()) == ["c", "cmd", "whoami"] for value in values)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("*\\cmd.exe", {"cmd", "exe"}),
        ("*cmd.exe", {"exe"}),
        ("cmd*", set()),
        ("C:\\*\\evil?.exe", {"C", "exe"}),
        ("abc", {"abc"}),
    ],
)
def test_only_whole_words_of_a_pattern_narrow_it(pattern: str, words: set[str]) -> None:
    sql, values = compiled(Field("Any", Operator.EQUAL, pattern))
    found = {
        word for value in values if isinstance(value, str) and value not in ("Any",) for word in value.split()
    } & words
    assert found == words
    assert ("hasAllTokens" in sql) == bool(words)


def test_like_signs_in_a_value_are_ordinary() -> None:
    assert "100\\%\\_x%" in compiled(Field("Any", Operator.EQUAL, "100%_x*"))[1]


def test_columns_outside_of_the_words_are_not_narrowed_by_them() -> None:
    assert "hasAllTokens" not in compiled(Field("host", Operator.EQUAL, "dc01"))[0]


def test_values_of_a_field_are_texts() -> None:
    parameters = Parameters()
    lines = "arrayJoin(arrayDistinct(arrayConcat(splitByChar('\\n', fields.{p0:Identifier}))))"
    assert values_of(targets("odd name", no_names), parameters) == lines
    assert (
        values_of(targets("category", no_names), parameters)
        == "arrayJoin(arrayDistinct(arrayConcat(categories)))"
    )
    assert values_of(targets("user", no_names), parameters) == "user"
