import pytest
import zstandard

from keng.runtime.memory import Memory, pack, restore, unpack

from .conftest import WordDetector


def test_a_memory_survives_packing() -> None:
    memory = Memory("rules", b"state" * 1000)
    assert unpack(pack(memory)) == memory
    assert len(pack(memory)) < 200


@pytest.mark.parametrize(
    "data", [b"", b"nonsense", zstandard.compress(b"no memory"), pack(Memory("r", b"s"))[:-2]]
)
def test_damage_makes_correlations_start_anew(data: bytes) -> None:
    assert unpack(data) is None
    detector = WordDetector()
    restore(detector, "rules", unpack(data))
    assert detector.fails == 0


def test_a_detector_takes_up_what_it_can_read() -> None:
    detector = WordDetector()
    restore(detector, "rules", Memory("other rules", b"2"))
    assert detector.fails == 2
    restore(detector, "rules", Memory("rules", b"not a number"))
    assert detector.fails == 2
