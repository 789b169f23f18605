"""Many literals at once."""

from keng.detect.sigma.needles import PATIENCE, find_any, literal_pattern


def test_any_of_many_literals_is_found_and_nothing_else() -> None:
    find = find_any([f"word{n}." for n in range(100)] + ["kẻng", "a\x00b"])
    for _ in range(2):
        for text in ("x word99. y", "tiếng kẻng", "a\x00b"):
            assert find(text.encode())
            assert find(text.encode())
        for text in ("", "word99", "keng", "\ud800"):
            assert not find(text.encode("utf-8", "surrogatepass"))
        find(b"x" * PATIENCE)  # from now on by the database


def test_signs_are_escaped() -> None:
    assert literal_pattern("a.*ẻ") == rb"a\x2e\x2a\xe1\xba\xbb"
