"""Rests out of packed files."""

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from keng.send.book import Place, fingerprint
from keng.send.packed import packed_rest

DATA = b"".join(b"line %d\n" % n for n in range(50_000))


def place(tmp_path: Path, offset: int) -> Place:
    path = str(tmp_path / "a.log")
    before = DATA[offset - 100 : offset]
    return Place(
        "k", path, 1, 2, fingerprint(DATA[:1024]), 1024, fingerprint(before), len(before), offset, label=path
    )


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstandard.compress])
@pytest.mark.parametrize("offset", [100, 1000, 5000, len(DATA)])
def test_the_rest_is_read_from_the_place_on(
    tmp_path: Path, pack: Callable[[bytes], bytes], offset: int
) -> None:
    (tmp_path / "a.log.1.gz").write_bytes(gzip.compress(b"another file\n" * 500))
    (tmp_path / "a.log.2.gz").write_bytes(pack(DATA))
    blocks = packed_rest(place(tmp_path, offset))
    assert blocks is not None
    assert b"".join(blocks) == DATA[offset:]


def test_a_damaged_or_other_file_gives_none(tmp_path: Path) -> None:
    (tmp_path / "a.log.1.gz").write_bytes(gzip.compress(DATA)[:300])
    (tmp_path / "a.log.2.gz").write_bytes(b"\x1f\x8bnonsense")
    (tmp_path / "a.log.3").write_bytes(DATA)
    assert packed_rest(place(tmp_path, 300_000)) is None
