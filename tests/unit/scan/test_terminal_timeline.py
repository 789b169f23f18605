"""The time line in the terminal."""

import pytest

from keng.i18n import using
from keng.model.severity import Severity
from keng.scan.terminal import STYLES
from keng.scan.terminal_timeline import draw
from keng.scan.timeline import Timeline

MINUTE = 60_000_000
MAY = 1_777_597_200_000_000


def drawn(counts: dict[int, int], width: int = 80) -> list[str]:
    timeline = Timeline()
    for minute, count in counts.items():
        for _ in range(count):
            timeline.add(MAY + minute * MINUTE, Severity.HIGH)
    with using("en"):
        return draw(timeline, width, STYLES).plain.split("\n")


def test_the_highest_column_is_full_and_a_small_one_is_still_seen() -> None:
    lines = drawn({0: 1, 10: 1000})
    assert [line.rstrip()[-1] for line in lines[1:5]] == ["█"] * 4
    assert "▁" in lines[4] and "1000 │" in lines[1]


@pytest.mark.parametrize("width", [40, 60, 80, 120, 300])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(len(line) for line in drawn({0: 1, 5000: 1_000}, width)) <= max(
        width, 44
    )  # the two times alone need 44


def test_it_says_what_a_column_is_and_from_when_to_when() -> None:
    lines = drawn({0: 2, 30: 1})
    assert "one column is 1 min" in lines[0]
    assert lines[-1].strip() == "2026-05-01 01:00 – 2026-05-01 01:30"
