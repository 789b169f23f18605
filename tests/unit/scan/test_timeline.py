"""Counts over time in bounded memory."""

from keng.model.severity import Severity
from keng.scan.timeline import Timeline, iso, moment


def test_times_are_written_in_utc() -> None:
    assert iso(1_714_539_600_123_456) == "2024-05-01T05:00:00.123456Z"
    assert iso(0) == "1970-01-01T00:00:00.000000Z"
    assert iso(-62_000_000_000_000_000) == "0005-04-19T09:46:40.000000Z"
    assert moment(1 << 70).year == 9999 and moment(-(1 << 70)).year == 1


def test_every_detection_is_in_one_column() -> None:
    line = Timeline()
    for number in range(1000):
        line.add(1_714_539_600_000_000 + number * 7_000_000, Severity(number % 5))
    columns = line.columns(40)
    assert 1 < len(columns) <= 40
    assert sum(sum(counts) for _, counts in columns) == 1000
    assert columns[0][0] <= line.first_us and [start for start, _ in columns] == sorted(
        start for start, _ in columns
    )


def test_buckets_widen_so_that_memory_stays_bounded() -> None:
    line = Timeline()
    for number in range(50_000):
        line.add(number * 86_400_000_000, Severity.LOW)
    assert len(line._counts) <= 4096
    assert sum(sum(counts) for _, counts in line.columns(100)) == 50_000


def test_nothing_has_no_columns_and_one_has_one() -> None:
    line = Timeline()
    assert line.columns(10) == []
    line.add(0, Severity.HIGH)
    assert sum(sum(counts) for _, counts in line.columns(10)) == 1
