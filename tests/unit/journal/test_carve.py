import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from keng.journal.carve import carve
from keng.journal.encoding import pack
from keng.journal.salvage import SCHEMA
from keng.model.batch import Batch


@pytest.mark.parametrize("page_size", [512, 4096, 65536])
def test_entries_of_every_length_are_found_on_their_pages(tmp_path: Path, page_size: int) -> None:
    chance = random.Random(page_size)
    wanted = {}
    with closing(sqlite3.connect(tmp_path / "j.db")) as database:
        database.execute(f"PRAGMA page_size = {page_size}")
        for statement in SCHEMA:
            database.execute(statement)
        for offset in [*range(1, 120), 2**40]:
            size = chance.choice((0, 1, 10, 400, 3000, 50_000))
            data, plain = pack(Batch("s", "a", "t", "", offset, (chance.randbytes(size),)))
            wanted[offset] = (1, plain, data)
            database.execute("INSERT INTO entries VALUES (?, 1, ?, ?)", (offset, plain, data))
        database.execute("INSERT INTO mark VALUES ('trimmed', 5)")
        database.commit()
    assert {row.offset: tuple(row[1:]) for row in carve(tmp_path / "j.db")} == wanted


def test_noise_and_empty_files_hold_nothing(tmp_path: Path) -> None:
    path = tmp_path / "noise"
    path.write_bytes(b"")
    assert list(carve(path)) == []
    chance = random.Random(1)
    for _turn in range(50):
        pages = [bytes([0x0D]) + chance.randbytes(4095) for _n in range(5)]
        path.write_bytes(b"".join(pages))
        assert list(carve(path)) == []
