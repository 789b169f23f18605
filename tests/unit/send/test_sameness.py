"""The same file, a copy, another one."""

from pathlib import Path

from keng.send.book import Place, fingerprint
from keng.send.find import look
from keng.send.sameness import end_of, head_of, is_copy, is_same, last_line_end


def test_a_file_is_known_by_its_beginning_and_by_what_stands_before_the_place(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0123456789" * 10)
    one = look(str(path))
    assert one is not None
    place = Place(
        "k", str(path), *one.file, fingerprint(b"0123456789"), 10, fingerprint(b"56789"), 5, offset=50
    )
    assert is_same(place, one)
    assert not is_copy(place, one)
    other = tmp_path / "a.1"
    other.write_bytes(b"0123456789" * 10)
    two = look(str(other))
    assert two is not None
    assert is_copy(place, two)
    other.write_bytes(b"0123456789" * 4 + b"01234-----" * 4)
    assert not is_copy(place, two)
    assert not is_same(place, one._replace(path=str(tmp_path / "none")))


def test_beginnings_and_ends_of_what_is_not_there_are_empty(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one\ntwo\nthr")
    one = look(str(path))
    assert one is not None
    assert last_line_end(one) == 8
    assert head_of(str(path)) == b"one\ntwo\nthr"
    assert end_of(str(path), 7) == b"one\ntwo"
    assert head_of(str(tmp_path / "none")) == end_of(str(tmp_path / "none"), 5) == b""
