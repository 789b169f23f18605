"""The memory on disk."""

from pathlib import Path

from keng.send.book import MAX_DROPS, Book, Drop, Place


def test_what_was_saved_is_there_again_and_private(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.places.places["k"] = Place("k", "/a", 1, 2, offset=7)
    book.places.births = 3
    book.drops.drops["h"] = Drop("/b", 1, 2, 9, done=True)
    book.changed = book.drops_changed = book.urgent = True
    book.save()
    again = Book(tmp_path)
    assert again.places == book.places
    assert again.drops == book.drops
    assert not book.urgent
    assert (tmp_path / "places.json").stat().st_mode & 0o777 == 0o600


def test_a_damaged_memory_is_kept_aside_and_told(tmp_path: Path) -> None:
    (tmp_path / "places.json").write_bytes(b'{"places": ')
    book = Book(tmp_path)
    assert book.places.places == {}
    assert "places.json" in book.damaged
    assert (tmp_path / "places.damaged").exists()


def test_the_oldest_files_are_forgotten_beyond_a_bound(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.drops.drops = {str(n): Drop("/b", 1, n, 9, done=True) for n in range(MAX_DROPS + 5)}
    book.drops_changed = True
    book.save()
    assert next(iter(book.drops.drops)) == "5"


def test_marks_count_until_all_is_saved_again(tmp_path: Path) -> None:
    book = Book(tmp_path)
    place = book.places.places["k"] = Place("k", "/a", 1, 2)
    book.changed = True
    book.save()
    place.offset, place.cut = 5, 9
    book.mark(place)
    book.mark(Place("forgotten", "/b", 1, 3))
    book.save_marks()
    again = Book(tmp_path).places.places
    assert (again["k"].offset, again["k"].cut, len(again)) == (5, 9, 1)
    place.offset = 9
    book.save()
    assert Book(tmp_path).places.places["k"].offset == 9
    (tmp_path / "marks.json").write_bytes(b"{")
    assert Book(tmp_path).places.places["k"].offset == 9
