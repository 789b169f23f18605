import gzip
import random
import time
import zlib

import pytest
import zstandard

from keng.collect.inflate import TooLarge, inflate
from keng.model.rejected import Rejected

from .fuzz import blocks, bodies

TEXT = random.Random(3).randbytes(50_000) + b"x" * 100_000
PACK = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZIP": gzip.compress,
    "deflate": zlib.compress,
    "zstd": zstandard.compress,
    "identity": bytes,
    "": bytes,
}


@pytest.mark.parametrize("name", PACK)
def test_each_encoding_is_undone(name: str) -> None:
    assert inflate(PACK[name](TEXT), name, len(TEXT)) == TEXT


@pytest.mark.parametrize("name", PACK)
def test_one_byte_beyond_the_limit_is_too_large(name: str) -> None:
    assert isinstance(inflate(PACK[name](TEXT), name, len(TEXT) - 1), TooLarge)


@pytest.mark.parametrize("name", ["gzip", "deflate", "zstd"])
def test_every_truncation_is_refused(name: str) -> None:
    data = PACK[name](TEXT[:2000])
    for end in range(0, len(data), 7):
        assert isinstance(inflate(data[:end], name, 1 << 20), Rejected), end


@pytest.mark.parametrize("name", ["gzip", "deflate", "zstd"])
def test_damage_is_refused(name: str) -> None:
    assert isinstance(inflate(b"this was never compressed", name, 1 << 20), Rejected)


def test_gzip_of_several_members_is_one_body() -> None:
    assert inflate(gzip.compress(b"a") + gzip.compress(b"b"), "gzip", 10) == b"ab"


@pytest.mark.parametrize("name", ["gzip", "deflate", "zstd"])
def test_a_bomb_is_refused_quickly(name: str) -> None:
    bomb = PACK[name](bytes(300_000_000))
    started = time.monotonic()
    assert isinstance(inflate(bomb, name, 1 << 20), TooLarge)
    assert time.monotonic() - started < 1


def test_an_unknown_encoding_names_the_known_ones() -> None:
    refused = inflate(b"", "br", 1)
    assert isinstance(refused, Rejected)
    assert "gzip" in refused.reason


SEEDS = {
    "gzip": (gzip.compress(b"a line\n" * 50), gzip.compress(b"")),
    "deflate": (zlib.compress(b"a line\n" * 50),),
    "zstd": (zstandard.compress(b"a line\n" * 50), zstandard.compress(b"")),
}


@pytest.mark.parametrize("block", blocks())
@pytest.mark.parametrize("name", sorted(SEEDS))
def test_no_body_makes_it_stumble_or_exceed_the_limit(name: str, block: int) -> None:
    for body in bodies(block, SEEDS[name]):
        plain = inflate(body, name, 1000)
        assert isinstance(plain, Rejected) or len(plain) <= 1000
