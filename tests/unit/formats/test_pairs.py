"""Pairs inside lines."""

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
