import re2
from hypothesis import given
from hypothesis import strategies as st

from keng.store.anywhere import WINDOW, _border, anywhere
from keng.store.parameters import Parameters

TEXT = st.text(st.sampled_from('ab1"\\\\:,{}é .%_-'), min_size=1, max_size=WINDOW)


@given(TEXT, st.integers(1, WINDOW), st.integers(1, WINDOW))
def test_a_border_inside_of_the_text_is_seen_in_the_skeleton(text: str, first: int, second: int) -> None:
    first, second = min(first, len(text)), min(max(first, second), len(text))
    border = re2.compile(_border(text))
    skeletons = [
        f"\x01-\x02{text[first:]}more\x01-\x02x",  # the literal begins with the end of the text
        f"\x01-\x02more{text[:first]}\x01-\x02x",  # it ends with its beginning
        f"\x01-\x02{text[first:second]}\x01-\x02x",  # it is all inside of it, or empty
    ]
    if first < len(text):
        assert border.search(skeletons[0])
        assert border.search(skeletons[2])
    assert border.search(skeletons[1]) or first == len(text)


@given(st.text(max_size=60), st.booleans())
def test_what_is_looked_for_stands_in_parameters_only_and_stays_short(text: str, wild: bool) -> None:
    parameters = Parameters()
    sql = anywhere("§" + text, wild, parameters)
    assert "§" not in sql and sql.count("(") == sql.count(")")
    assert all(len(str(value)) < 16_000 for value in parameters.values.values())


def test_the_raw_text_is_made_last() -> None:
    sql = anywhere("whoami /all", False, Parameters())
    assert sql.index("LIKE lowerUTF8") < sql.index("match(skeleton") < sql.index("raw ILIKE")


def test_half_an_escape_at_the_end_is_looked_for_as_the_value_has_it() -> None:
    values = anywhere("all\\", False, parameters := Parameters())
    assert values and {"%all%", "%all\\\\%"} <= set(map(str, parameters.values.values()))
