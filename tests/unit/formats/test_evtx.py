"""EVTX: read as a stream, each damage at its place, everything else read."""

import io
import random

import pytest
from tests.evtx_writer import CHUNK, evtx_file, sysmon_start

from keng.formats.evtx import read, recognises
from keng.model.record import Record
from keng.model.rejected import Rejected

EVENTS = [sysmon_start(number) for number in range(200)]
FILE = evtx_file(EVENTS, first=501)


def outcome(data: bytes) -> tuple[list[int], list[str]]:
    items = list(read(io.BytesIO(data)))
    ids = [item.position for item in items if isinstance(item, Record)]
    return ids, [item.position for item in items if isinstance(item, Rejected)]


def place_of(record_id: int) -> int:
    return FILE.index(b"\x2a\x2a\0\0", FILE.index(record_id.to_bytes(8, "little"), 4096 + 512) - 8)


def damaged(at: int, data: bytes, base: bytes = FILE) -> bytes:
    return base[:at] + data + base[at + len(data) :]


def test_every_record_with_its_own_id() -> None:
    assert outcome(FILE) == (list(range(501, 701)), [])


def test_a_record_has_the_shape_of_evtx_dump() -> None:
    first = next(read(io.BytesIO(FILE)))
    assert isinstance(first, Record)
    assert first.fields["Event"]["System"]["EventID"] == 1
    assert first.fields["Event"]["EventData"]["CommandLine"] == "cmd /c dir"


def test_small_reads_change_nothing() -> None:
    class Drip:
        def __init__(self) -> None:
            self.file = io.BytesIO(FILE)

        def read(self, size: int, /) -> bytes:
            return self.file.read(min(size, 1000))

    assert len(list(read(Drip()))) == 200


@pytest.mark.parametrize(
    ("offset", "data"),
    [(0, b"\xff" * 4), (4, b"\xff" * 4), (4, b"\0" * 4), (0, b"\0" * 64), (26, b"\xee" * 30)],
    ids=["magic", "size too large", "size zero", "zeroed", "binary XML"],
)
def test_one_damaged_record_costs_that_record_and_is_reported_where_it_stands(
    offset: int, data: bytes
) -> None:
    at = place_of(530)
    ids, problems = outcome(damaged(at + offset, data))
    assert ids == [number for number in range(501, 701) if number != 530]
    assert problems == [f"byte {at}, record 530"]


def test_a_wrong_chunk_header_magic_costs_the_chunk() -> None:
    ids, problems = outcome(damaged(4096, b"XXXXXXXX"))
    assert ids and ids[-1] == 700 and 501 not in ids
    assert problems == ["byte 4096"]


def test_random_bytes_in_the_table_of_names_cost_nothing() -> None:
    ids, problems = outcome(damaged(4096 + 128, random.Random(1).randbytes(256)))
    assert ids == list(range(501, 701)) and problems == ["byte 4224"]


@pytest.mark.parametrize("header", [b"not a log" * 10, bytes(4096), b""])
def test_a_broken_or_missing_file_header_costs_nothing(header: bytes) -> None:
    data = damaged(0, header) if header else FILE[4096:]
    ids, problems = outcome(data)
    assert ids == list(range(501, 701)) and problems[0] == "byte 0"


def test_a_missing_piece_moves_later_chunks_and_they_are_found() -> None:
    cut = 4096 + CHUNK - 8000
    ids, problems = outcome(FILE[:cut] + FILE[cut + 3000 :])
    assert ids[-1] == 700 and len(ids) > 180
    assert problems


def test_a_cut_file_gives_the_whole_records() -> None:
    ids, problems = outcome(FILE[: place_of(560) + 20])
    assert ids == list(range(501, 560))
    assert problems[0].startswith("byte ")


def test_a_file_that_ends_in_its_header_says_so() -> None:
    assert outcome(FILE[:1000]) == ([], ["byte 1000"])


def test_zeros_after_the_chunks_are_no_damage() -> None:
    assert outcome(FILE + bytes(3 * CHUNK)) == (list(range(501, 701)), [])


def test_garbage_between_chunks_is_reported_once() -> None:
    garbage = random.Random(2).randbytes(CHUNK * 2 + 77)
    ids, problems = outcome(FILE[: 4096 + CHUNK] + garbage + FILE[4096 + CHUNK :])
    assert ids == list(range(501, 701)) and problems == [f"byte {4096 + CHUNK}"]


def test_it_is_recognised_by_its_magic_or_by_a_chunk() -> None:
    assert recognises(FILE) and recognises(FILE[4096:]) and recognises(bytes(4096) + FILE[4096:])
    assert not recognises(b"hello")


def test_random_damage_never_raises() -> None:
    chance = random.Random(3)
    for _ in range(150):
        data = bytearray(FILE)
        for _spot in range(chance.randrange(1, 30)):
            at = chance.randrange(len(data))
            piece = chance.randbytes(chance.randrange(1, 40))
            data[at : at + len(piece)] = piece
        ids, _problems = outcome(bytes(data))
        assert len(ids) <= 400
