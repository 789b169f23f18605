"""Standard input, through the spool."""

import os
import time
from pathlib import Path

from keng.send.counts import Counts, Teller
from keng.send.spool import Spool
from keng.send.stdin import Stdin


def run(folder: Path, data: bytes, limit: int) -> tuple[Spool, Counts, list[str]]:
    said: list[str] = []
    counts, spool = Counts(), Spool(folder, limit)
    reader, writer = os.pipe()
    os.write(writer, data)
    os.close(writer)
    with os.fdopen(reader, "rb") as source:
        stdin = Stdin(source, spool, counts, Teller(said.append), patience=False)
        stdin.start()
        stdin._thread.join(5)
    assert stdin.ended
    stdin.stop()
    return spool, counts, said


def test_lines_go_into_pieces_of_the_spool(tmp_path: Path) -> None:
    run(tmp_path, b"one\ntwo\nthr", 1000)
    assert (tmp_path / "stdin-00000001.log").read_bytes() == b"one\ntwo\nthr\n"
    run(tmp_path, b"four\n", 1000)
    assert (tmp_path / "stdin-00000002.log").read_bytes() == b"four\n"


def test_what_does_not_fit_is_dropped_counted_and_told(tmp_path: Path) -> None:
    spool, counts, said = run(tmp_path, b"line\n" * 10, 20)
    assert counts.dropped_lines == 10
    assert spool.held == 0
    assert "LOST" in said[0]


def test_a_file_as_input_waits_for_room_instead(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    folder.mkdir()
    spool = Spool(folder, 60)
    (folder / "old.log").write_bytes(b"x" * 50)
    spool.took(50)
    file = tmp_path / "input"
    file.write_bytes(b"line\n" * 10)
    counts = Counts()
    with file.open("rb") as source:
        stdin = Stdin(source, spool, counts, Teller(lambda _text: None), patience=False)
        stdin.start()
        time.sleep(0.3)
        assert not stdin.ended
        spool.remove(folder / "old.log")
        stdin._thread.join(5)
    assert stdin.ended
    assert counts.dropped_lines == 0
    assert (folder / "stdin-00000001.log").read_bytes() == b"line\n" * 10
