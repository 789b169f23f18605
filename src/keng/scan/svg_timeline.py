"""The time line of the HTML report: stacked bars, one a column, as numbers for the template to draw."""

from typing import NamedTuple

from keng.model.severity import Severity
from keng.scan.timeline import iso
from keng.scan.words import severity_word

WIDTH, HEIGHT = 960, 120
_TICKS = 5


class Bar(NamedTuple):
    """One severity's share of a column. title: what a reader is told on pointing at it."""

    x: float
    y: float
    width: float
    height: float
    level: str
    title: str


def svg_bars(columns: list[tuple[int, list[int]]]) -> list[Bar]:
    """Bars from the bottom up, the most severe at the bottom."""
    peak = max((sum(counts) for _start, counts in columns), default=0)
    if not peak:
        return []
    width = WIDTH / len(columns)
    bars: list[Bar] = []
    for index, (start, counts) in enumerate(columns):
        bottom = float(HEIGHT)
        for severity in sorted(Severity, reverse=True):
            count = counts[severity]
            if not count:
                continue
            height = max(count / peak * HEIGHT, 1.5)
            bottom -= height
            when = iso(start)[:16].replace("T", " ")
            bars.append(
                Bar(
                    round(index * width, 2),
                    round(max(bottom, 0), 2),
                    round(max(width - 1, 1), 2),
                    round(height, 2),
                    severity.level,
                    f"{when} · {severity_word(severity)} · {count}",
                )
            )
    return bars


def ticks(columns: list[tuple[int, list[int]]]) -> list[str]:
    """Times to stand under the bars, evenly spread over the whole width: at most five, minutes of UTC."""
    if not columns:
        return []
    start = columns[0][0]
    step = columns[1][0] - start if len(columns) > 1 else 60_000_000
    span = step * len(columns)
    count = min(_TICKS, len(columns) + 1)
    return [iso(start + span * index // (count - 1))[:16].replace("T", " ") for index in range(count)]
