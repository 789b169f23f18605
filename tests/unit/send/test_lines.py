"""Cutting bytes into lines."""

from hypothesis import given
from hypothesis import strategies as st

from keng.send.lines import Text, cut, ends_at, text_of


@given(st.lists(st.binary(max_size=20).filter(lambda one: b"\n" not in one)), st.binary(max_size=10))
def test_lines_and_places_are_those_of_the_bytes(lines: list[bytes], rest: bytes) -> None:
    rest = rest.replace(b"\n", b"")
    data = b"".join(line + b"\n" for line in lines) + rest
    found = cut(data, Text("utf-8", 0))
    assert [line for _place, line in found] == [line.removesuffix(b"\r") for line in lines]
    assert (found[-1][0] if found else 0) == len(data) - len(rest)


def test_utf_16_is_cut_where_characters_end() -> None:
    for name in ("utf-16-le", "utf-16-be"):
        data = "ਊa\nb\r\nrest".encode(name)  # a character that holds two bytes of a line's end
        found = cut(data, Text(name, 0))
        assert [line.decode() for _place, line in found] == ["ਊa", "b"]
        assert found[-1][0] == len("ਊa\nb\r\n".encode(name))
        assert ends_at(data, Text(name, 0)) == 6


def test_the_encoding_is_told_by_the_first_bytes() -> None:
    assert text_of(b"abc") == ("utf-8", 0)
    assert text_of(b"\xff\xfea\0") == ("utf-16-le", 2)
    assert ends_at(b"abc", Text("utf-8", 0)) == 0
