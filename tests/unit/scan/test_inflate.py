"""gzip and Zstandard streams."""

import gzip
import io
import random

import pytest
import zstandard

from keng.formats.base import StreamError
from keng.scan.budget import Budget
from keng.scan.inflate import GZIP, ZSTD, Inflated

DATA = b"".join(b"line %d\n" % number for number in range(300_000))
PACKED = {GZIP: gzip.compress(DATA), ZSTD: zstandard.compress(DATA)}
KINDS = pytest.mark.parametrize("kind", [GZIP, ZSTD], ids=["gzip", "zstd"])


def unpack(kind: bytes, data: bytes, size: int = 1 << 30) -> tuple[bytes, str]:
    source = Inflated(io.BytesIO(data), Budget(size), kind)
    out = b""
    try:
        while piece := source.read(50_000):
            out += piece
    except StreamError as error:
        return out, error.position
    return out, ""


@KINDS
def test_everything_comes_out(kind: bytes) -> None:
    assert unpack(kind, PACKED[kind]) == (DATA, "")


@KINDS
def test_members_in_a_row_and_zero_padding(kind: bytes) -> None:
    assert unpack(kind, PACKED[kind] * 2 + bytes(1000)) == (DATA * 2, "")


@KINDS
def test_a_cut_stream_gives_what_it_held_and_says_where_it_ends(kind: bytes) -> None:
    half = PACKED[kind][: len(PACKED[kind]) // 2]
    out, position = unpack(kind, half)
    assert out and DATA.startswith(out) and position == f"byte {len(half)}"


@KINDS
def test_damage_and_garbage_are_reported(kind: bytes) -> None:
    broken = bytearray(PACKED[kind])
    broken[len(broken) // 2 : len(broken) // 2 + 50] = bytes(50)
    out, position = unpack(kind, bytes(broken))
    assert position and len(out) < len(DATA) + (1 << 20)
    out, position = unpack(kind, PACKED[kind] + b"garbage after the end")
    assert out == DATA and position


@KINDS
def test_a_bomb_is_refused_with_little_memory(kind: bytes) -> None:
    zeros = bytes(1 << 20)
    if kind == GZIP:
        bomb = gzip.compress(zeros * 400, compresslevel=9)
    else:
        bomb = zstandard.ZstdCompressor(level=3).compress(zeros * 400)
    source = Inflated(io.BytesIO(bomb), Budget(len(bomb) if kind == ZSTD else 1000), kind)
    total = 0
    with pytest.raises(StreamError, match=r"bom"):
        while piece := source.read(1 << 20):
            assert len(piece) <= 1 << 20
            total += len(piece)
    assert total <= 401 << 20


@KINDS
def test_random_bytes_never_raise_anything_else(kind: bytes) -> None:
    chance = random.Random(5)
    for _ in range(200):
        unpack(kind, PACKED[kind][: chance.randrange(30)] + chance.randbytes(chance.randrange(60)))


def test_data_that_ends_a_full_output_block_is_not_lost() -> None:
    packed = gzip.compress(bytes(3 << 20))
    assert unpack(GZIP, packed) == (bytes(3 << 20), "")


def test_a_wrong_check_sum_costs_nothing_of_what_came_before_it() -> None:
    packed = gzip.compress(DATA[:5000])
    out, position = unpack(GZIP, packed[:-8] + bytes(8))
    assert out == DATA[:5000] and position == f"byte {len(packed)}"


def test_what_comes_before_a_damage_in_one_small_piece_is_given() -> None:
    packed = bytearray(gzip.compress(random.Random(3).randbytes(20_000)))
    packed[15_000:15_010] = b"\xff" * 10
    out, position = unpack(GZIP, bytes(packed))
    assert len(out) > 14_000 and position
