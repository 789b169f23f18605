"""The bounded spool."""

import os
from pathlib import Path

from keng.send.spool import Rest, Spool


def test_a_rest_is_copied_as_far_as_there_is_room_and_has_no_holes(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    folder.mkdir()
    spool = Spool(folder, 10)
    source = tmp_path / "a"
    source.write_bytes(b"01234567")
    rest = Rest(spool, spool.rest_path("k", 5), os.open(source, os.O_RDONLY), 5)
    assert (spool.held, spool.room, spool.lost) == (3, 7, 0)
    with source.open("ab") as file:
        file.write(b"x" * 9)
    rest.copy()
    assert (spool.held, spool.lost) == (10, 2)
    spool.remove(folder / "other")
    rest.copy()
    assert spool.orphan("k") == (folder / "rest-k-5.log", 5)
    assert spool.orphan("other") is None
    rest.close()
    assert Spool(folder, 10).room == 0
    spool.remove(folder / "rest-k-5.log")
    assert spool.room == 10


def test_a_piece_is_put_as_a_whole_or_cut_at_the_bound(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 5)
    spool.put(tmp_path / "rest-k-0.log", iter([b"abc", b"def", b"g"]))
    assert (tmp_path / "rest-k-0.log").read_bytes() == b"abcde"
    assert spool.lost == 2
