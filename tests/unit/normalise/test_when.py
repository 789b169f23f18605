"""Times of log entries."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keng.model.time_zone import time_zone
from keng.normalise.when import Local, clf_us, epoch_us, in_zone, iso_us, syslog_us, to_us


def us(*parts: int) -> int:
    return to_us(datetime(*parts, tzinfo=UTC))  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-01T12:00:00Z", us(2024, 5, 1, 12)),
        ("2024-05-01T12:00:00.123456789+07:00", us(2024, 5, 1, 5) + 123_456),
        ("2024-05-01 12:00:00,5", us(2024, 5, 1, 12) + 500_000),
        ("2024-05-01T12:00:00+0700", us(2024, 5, 1, 5)),
        ("2024-05-01 12:00:00 UTC", us(2024, 5, 1, 12)),
        ("yesterday", 0),
        ("", 0),
        ("0001-01-01T00:00:00+14:00", 0),
    ],
)
def test_iso_8601(text: str, expected: int) -> None:
    found = iso_us(text)
    assert found == expected or (expected == 0 and found <= 0)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1714539600.5, 1_714_539_600_500_000),
        (1714539600, 1_714_539_600_000_000),
        (1714539600123, 1_714_539_600_123_000),
        (1714539600123456, 1_714_539_600_123_456),
        (1714539600123456789, 1_714_539_600_123_456),
        ("1714539600123456789", 1_714_539_600_123_456),
        ("1714539600.155", 1_714_539_600_155_000),
        ("2024-05-01T00:00:00Z", us(2024, 5, 1)),
        (True, 0),
        (None, 0),
        ([], 0),
        (-5, 0),
        (float("nan"), 0),
        (1e300, 0),
    ],
)
def test_seconds_milliseconds_and_microseconds(value: object, expected: int) -> None:
    assert epoch_us(value) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01/May/2024:12:00:00 +0700", us(2024, 5, 1, 5)),
        ("01/May/2024:12:00:00 -0330", us(2024, 5, 1, 15, 30)),
        ("01/May/2024:12:00:00", us(2024, 5, 1, 12)),
        ("32/May/2024:12:00:00 +0000", 0),
        ("01/Mai/2024:12:00:00 +0000", 0),
        ("", 0),
    ],
)
def test_the_time_of_web_servers(text: str, expected: int) -> None:
    assert clf_us(text) == expected


def test_a_year_that_syslog_does_not_write_is_the_latest_that_fits() -> None:
    january = us(2025, 1, 2)
    assert syslog_us("Dec 31 23:59:59", january) == us(2024, 12, 31, 23, 59, 59)
    assert syslog_us("Jan  2 12:00:00", january) == us(2025, 1, 2, 12)
    assert syslog_us("Jan  4 12:00:00", january) == us(2024, 1, 4, 12)
    assert syslog_us("Feb 29 01:02:03", us(2026, 6, 1)) == us(2024, 2, 29, 1, 2, 3)
    assert syslog_us("May  1 2023 01:02:03", january) == us(2023, 5, 1, 1, 2, 3)
    assert syslog_us("May  1 01:02:03.25", january) == us(2024, 5, 1, 1, 2, 3) + 250_000
    assert syslog_us("May  1 01:02:03", 0) == 0
    assert syslog_us("2024-05-01T01:02:03Z", 0) == us(2024, 5, 1, 1, 2, 3)
    assert syslog_us("Foo 99 99:99:99", january) == 0


@given(st.text(max_size=40), st.integers(0, 2**52))
def test_no_text_raises(text: str, reference_us: int) -> None:
    for found in (iso_us(text), epoch_us(text), clf_us(text), syslog_us(text, reference_us)):
        assert isinstance(found, int)


@pytest.mark.parametrize(
    "reading",
    [
        iso_us("2024-05-01 12:00:00"),
        iso_us("2024-05-01T12:00:00.000"),
        clf_us("01/May/2024:12:00:00"),
        syslog_us("May  1 12:00:00", us(2024, 6, 1)),
        syslog_us("May 1 2024 12:00:00", 0),
        syslog_us("2024 May  1 12:00:00", 0),
        epoch_us("2024-05-01 12:00:00"),
    ],
)
def test_text_without_a_zone_is_what_a_clock_showed_somewhere(reading: int) -> None:
    assert type(reading) is Local
    assert in_zone(reading, None) == us(2024, 5, 1, 12)
    assert in_zone(reading, time_zone("Asia/Ho_Chi_Minh")) == us(2024, 5, 1, 5)
    assert in_zone(reading, time_zone("Europe/Berlin")) == us(2024, 5, 1, 10)


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01T12:00:00Z",
        "2024-05-01T12:00:00.5Z",
        "2024-05-01 12:00:00+00:00",
        "2024-05-01 12:00:00 UTC",
    ],
)
def test_text_with_a_zone_is_a_moment(text: str) -> None:
    assert type(iso_us(text)) is int


@given(st.integers(-(10**20), 10**20))
def test_no_reading_and_no_zone_makes_it_fall(reading: int) -> None:
    for zone in (time_zone("Asia/Ho_Chi_Minh"), time_zone("-14:00"), None):
        assert isinstance(in_zone(reading, zone), int)


@pytest.mark.parametrize(
    "text", ["2026-11-24T03:11:12.12³456Z", "20²6-11-24T03:11:12Z", "³", "2026-11-24T03:11:1³Z"]
)
def test_a_superscript_is_no_digit_of_a_time(text: str) -> None:
    assert iso_us(text) == 0
    assert epoch_us(text) == 0
