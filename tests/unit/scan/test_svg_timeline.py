"""Bars of the time line."""

from keng.i18n import using
from keng.scan.svg_timeline import HEIGHT, WIDTH, svg_bars, ticks


def test_bars_stay_inside_and_the_highest_column_is_full() -> None:
    with using("en"):
        bars = svg_bars([(0, [0, 0, 1, 2, 1]), (60_000_000, [0] * 5), (120_000_000, [1, 0, 0, 0, 0])])
    assert len(bars) == 4
    assert all(0 <= bar.x < WIDTH and 0 <= bar.y <= HEIGHT for bar in bars)
    assert sum(bar.height for bar in bars[:3]) == HEIGHT
    assert bars[0].level == "critical" and bars[0].title == "1970-01-01 00:00 · Critical · 1"


def test_nothing_has_no_bars() -> None:
    assert svg_bars([]) == [] and svg_bars([(0, [0] * 5)]) == []


def test_the_times_under_the_bars_span_the_whole_width() -> None:
    columns = [(index * 60_000_000, [1, 0, 0, 0, 0]) for index in range(120)]
    assert ticks(columns) == [
        "1970-01-01 00:00", "1970-01-01 00:30", "1970-01-01 01:00", "1970-01-01 01:30", "1970-01-01 02:00",
    ]  # fmt: skip
    assert ticks([(0, [1, 0, 0, 0, 0])]) == ["1970-01-01 00:00", "1970-01-01 00:01"] and ticks([]) == []
