"""Refused records."""

from keng.state.database import State
from keng.state.quarantine import MAX_RAW, PER_SOURCE, Refused, count_quarantined, quarantine, quarantined

NOW = 1_790_000_000_000_000


def test_the_raw_bytes_and_the_reason_are_kept_within_bounds(state: State) -> None:
    with state.write() as conn:
        quarantine(conn, [])
        quarantine(conn, [Refused(NOW, "bv", "s", "no JSON", "record 3", b"\xff" * (MAX_RAW + 9))])
        (kept,) = quarantined(conn, None)
    assert (kept.raw, kept.reason, kept.position) == (b"\xff" * MAX_RAW, "no JSON", "record 3")


def test_the_oldest_of_a_source_go_first_and_other_sources_stay(state: State) -> None:
    many = [Refused(NOW + n, "bv", "noisy", "r", str(n), b"x") for n in range(PER_SOURCE + 50)]
    with state.write() as conn:
        quarantine(conn, [Refused(NOW, "so", "quiet", "r", "", b"x")])
        quarantine(conn, many)
        assert count_quarantined(conn) == PER_SOURCE + 1
        assert quarantined(conn, None, "noisy", limit=1)[0].position == str(PER_SOURCE + 49)
        assert [one.source for one in quarantined(conn, frozenset({"so"}))] == ["quiet"]
