"""Pairs inside lines."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keng.formats import pairs
from keng.formats.pairs import MAX_PAIRS, open_pairs, quoted_pairs, unescape


def test_quoted_pairs_take_words_and_quotes() -> None:
    assert quoted_pairs("""a=1 b="x y" c='z' d= e""") == {"a": "1", "b": "x y", "c": "z", "d": ""}


def test_open_pairs_run_to_the_next_name() -> None:
    assert open_pairs("a=1 b=two words c=x\\=y") == {"a": "1", "b": "two words", "c": "x=y"}
    assert open_pairs("no pairs") == {}


def test_the_first_of_a_name_wins_and_their_number_is_bounded() -> None:
    assert quoted_pairs("a=1 a=2") == {"a": "1"}
    many = " ".join(f"n{number}=1" for number in range(2 * MAX_PAIRS))
    assert len(quoted_pairs(many)) == len(open_pairs(many)) == MAX_PAIRS


def test_escapes() -> None:
    assert unescape(r"a\=b\nc\\d\q") == "a=b\nc\\d\\q"


_PIECES = st.lists(
    st.sampled_from(
        ["a", "b_1", "c.d", "=", '"', "'", " ", "\\", '\\"', "x y", ",", ";", "\n", "é", 'k="v w"', "k='q'"]
    ),
    max_size=40,
)


@given(_PIECES)
def test_taken_apart_at_once_or_one_by_one_is_the_same(pieces: list[str]) -> None:
    text = "".join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "_SHORT", -1)
        slowly = quoted_pairs(text)
    assert list(quoted_pairs(text).items()) == list(slowly.items())
    written = re.findall(
        r"""([A-Za-z_][\w.\-]{0,63})=("(?:[^"\\]|\\.)*"|'[^']*'|[^\s"',;]*)""", text, re.ASCII
    )
    assert set(slowly) == {name for name, _ in written}
