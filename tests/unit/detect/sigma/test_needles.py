"""Many literals at once."""

from keng.detect.sigma.needles import find_any, literal_pattern


def test_any_of_many_literals_is_found_and_nothing_else() -> None:
    find = find_any([f"word{n}." for n in range(100)] + ["kẻng", "a\x00b"])
    for text in ("x word99. y", "tiếng kẻng", "a\x00b"):
        assert find(text)
        assert find(text)
    for text in ("", "word99", "keng", "\ud800"):
        assert not find(text)


def test_signs_are_escaped() -> None:
    assert literal_pattern("a.*ẻ") == rb"a\x2e\x2a\xe1\xba\xbb"
