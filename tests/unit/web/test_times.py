"""Times in the centre's zone and the person's language."""

from keng.i18n import using
from keng.web import times

AT = 1_795_000_000_000_000
ZONE = "Asia/Ho_Chi_Minh"


def test_a_moment_in_both_languages() -> None:
    with using("vi"):
        assert times.full(AT, ZONE) == "18:06:40 18/11/2026"
    with using("en"):
        assert times.full(AT, ZONE) == "18 Nov 2026, 18:06:40"
        assert times.short(AT - 86_400_000_000, ZONE, AT) == "17 Nov 18:06"
    assert times.short(AT, ZONE, AT) == "18:06:40"


def test_no_time_is_a_dash() -> None:
    assert times.full(0, ZONE) == times.ago(0, AT) == times.short(0, ZONE, AT) == "–"


def test_spans_name_their_two_largest_units() -> None:
    with using("en"):
        lengths = (5, 300, 3_600 * 5 + 61, 86_400 * 3 + 3_600)
        assert [times.span(s * 1_000_000) for s in lengths] == ["5 s", "5 min", "5 h 1 min", "3 d 1 h"]
        assert times.ago(AT, AT + 60_000_000) == "1 min ago"
        assert times.ago(AT + 60_000_000, AT) == "in 1 min"
        assert times.ago(AT, AT) == "now"


def test_times_beyond_the_calendar_are_held_to_its_ends() -> None:
    assert times.iso(10**18).startswith("9999-")
    assert times.iso(-(10**18)).startswith("0005-")


def test_an_unknown_zone_is_utc() -> None:
    assert times.clock(0, "No/Where") == "00:00:00"
