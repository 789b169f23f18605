import pytest
import zstandard

from keng.journal.encoding import DamagedEntryError, pack, unpack
from keng.model.batch import Batch

BATCH = Batch("s", "a", "elastic_bulk", "127.0.0.1:9", 5, (b'{"a":1}', b"\xff\x00"), ("x", ""))


def test_a_batch_survives_packing() -> None:
    data, plain = pack(BATCH)
    assert unpack(data) == BATCH
    assert plain > 10


def test_any_flipped_bit_is_noticed() -> None:
    data, _plain = pack(BATCH)
    for place in range(len(data) * 8):
        broken = bytearray(data)
        broken[place // 8] ^= 1 << (place % 8)
        try:
            assert unpack(bytes(broken)) == BATCH  # a bit that zstd does not use
        except DamagedEntryError:
            continue


@pytest.mark.parametrize("cut", [0, 1, 5, 20])
def test_a_truncated_entry_is_damaged(cut: int) -> None:
    data, _plain = pack(BATCH)
    with pytest.raises(DamagedEntryError):
        unpack(data[:cut])


def test_a_frame_that_claims_a_huge_size_is_refused_unread() -> None:
    frame = zstandard.ZstdCompressor().compress(b"x")
    huge = frame[:4] + bytes([0xE0]) + (1 << 40).to_bytes(8, "little") + frame[6:]
    with pytest.raises(DamagedEntryError, match="claims"):
        unpack(huge)
