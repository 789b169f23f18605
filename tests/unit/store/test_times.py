from datetime import UTC, timedelta, timezone

import pytest

from keng.store.times import is_unit, span_us, time_us

NOW = 1_790_000_000_000_000
VIETNAM = timezone(timedelta(hours=7))
DAY = 86_400_000_000


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("15m", 900), ("24H", 86400), ("7d", 604800), ("2w", 1209600)]
)
def test_spans(text: str, seconds: int) -> None:
    assert span_us(text) == seconds * 10**6


@pytest.mark.parametrize("text", ["", "7", "d", "7y", "-7d", "7 dd", "1.5h", "9999999d", "٣d"])
def test_what_is_no_span(text: str) -> None:
    assert span_us(text) is None


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2026-11-24", "2026-11-24T00:00:00+07:00"),
        ("24/11/2026", "2026-11-24T00:00:00+07:00"),
        ("2026-11-24T10:30", "2026-11-24T10:30:00+07:00"),
        ("2026-11-24 10:30:15.5", "2026-11-24T10:30:15.500+07:00"),
        ("24/11/2026 10:30", "2026-11-24T10:30:00+07:00"),
        ("2026-11-24T03:30Z", "2026-11-24T10:30:00+07:00"),
    ],
)
def test_times_are_in_the_searcher_s_zone_unless_they_say_theirs(text: str, same: str) -> None:
    wanted = time_us(same, NOW, UTC, end=False)
    assert wanted is not None
    assert time_us(text, NOW, VIETNAM, end=False) == wanted


def test_a_day_as_an_end_includes_the_day() -> None:
    start = time_us("2026-11-24", NOW, VIETNAM, end=False)
    assert start is not None
    assert time_us("2026-11-24", NOW, VIETNAM, end=True) == start + DAY
    assert time_us("24/11/2026", NOW, VIETNAM, end=True) == start + DAY


def test_times_before_now() -> None:
    assert time_us("now", NOW, UTC, end=True) == NOW
    assert time_us("1d", NOW, UTC, end=False) == time_us("-1d", NOW, UTC, end=False) == NOW - DAY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "now-",
        "now-7x",
        "now/w",
        "-",
        "/d",
        "now-7d/y",
        "2026-13-01",
        "31/02/2026",
        "0000-00-00",
        "9999-12-31x",
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert time_us(text, NOW, UTC, end=False) is None


def test_the_last_day_of_the_calendar_does_not_overflow() -> None:
    assert time_us("9999-12-31", NOW, UTC, end=True) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("15 minutes", 900),
        ("1 hour", 3_600),
        ("7 days", 604_800),
        ("2 tuần", 1_209_600),
        ("7 ngày", 604_800),
        ("30 PHÚT", 1_800),
        ("5sec", 5),
    ],
)
def test_spans_with_their_units_written_out(text: str, seconds: int) -> None:
    assert span_us(text) == seconds * 10**6
    assert is_unit("phút") and is_unit("Hours") and not is_unit("years")


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("today", "2026-11-24", "2026-11-25"),
        ("hôm nay", "2026-11-24", "2026-11-25"),
        ("yesterday", "2026-11-23", "2026-11-24"),
        ("now/d", "2026-11-24", "2026-11-25"),
        ("now-1d/d", "2026-11-23", "2026-11-24"),
        ("-1d@d", "2026-11-23", "2026-11-24"),
        ("now/h", "2026-11-24T01:00", "2026-11-24T02:00"),
        ("now-2h", "2026-11-23T23:30", "2026-11-23T23:30"),
    ],
)
def test_times_told_from_now_are_cut_in_the_searcher_s_zone(text: str, begins: str, ends: str) -> None:
    zone = VIETNAM
    now = time_us("2026-11-24T01:30", 0, zone, False)
    assert now is not None
    assert time_us(text, now, zone, False) == time_us(begins, now, zone, False)
    assert time_us(text, now, zone, True) == time_us(ends.replace("T", " "), now, zone, False)


def test_a_span_before_the_calendar_begins_is_no_time_to_cut() -> None:
    assert time_us("now-999999w/d", 10**15, UTC, False) is None
