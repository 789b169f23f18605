"""The repair of a chunk."""

from tests.evtx_writer import chunk, sysmon_start

from keng.formats.evtx_repair import record_places, repaired

CHUNK, COUNT = chunk([sysmon_start(number) for number in range(40)], first=1)


def test_a_sound_chunk_stays_as_it_is() -> None:
    assert repaired(CHUNK) == (CHUNK, [])


def test_nothing_moves_and_the_damaged_stretch_is_fenced() -> None:
    at = record_places(CHUNK)[5]
    broken = CHUNK[:at] + bytes(100) + CHUNK[at + 100 :]
    fixed, damages = repaired(broken)
    assert [(damage.offset, damage.record, damage.fenced) for damage in damages] == [(at, 5, True)]
    assert record_places(fixed) == record_places(CHUNK)


def test_a_table_of_names_that_leads_outside_is_emptied() -> None:
    fixed, damages = repaired(CHUNK[:128] + b"\xff" * 256 + CHUNK[384:])
    assert fixed[128:384] == bytes(256)
    assert [damage.offset for damage in damages] == [128]


def test_a_chunk_of_zeros_or_noise_is_no_trouble() -> None:
    assert repaired(bytes(65536))[1] == []
    repaired(b"\xa5" * 65536)
