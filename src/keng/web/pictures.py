"""The geometry of small pictures: sparklines, stacked bars, histograms. Pure; numbers in, SVG attributes out."""

from collections.abc import Sequence

import msgspec


class Spark(msgspec.Struct, frozen=True):
    """A sparkline in a box of 100 × 24: the line's path, the area's path, and the largest value."""

    line: str
    area: str
    peak: float

    @property
    def quiet(self) -> bool:
        """Nothing but zeros."""
        return self.peak <= 0


class Bar(msgspec.Struct, frozen=True):
    """A rectangle. label and value are for people who cannot see it."""

    x: float
    y: float
    width: float
    height: float
    label: str = ""
    value: int = 0


WIDTH, HEIGHT = 100.0, 24.0


def spark(values: Sequence[float], ceiling: float = 0) -> Spark:
    """Values left to right; `ceiling`: a common scale for several pictures (0: the largest value)."""
    if len(values) < 2:
        values = [*(values or [0.0]), *(values or [0.0])]
    peak = max(values)
    top = max(peak, ceiling) or 1.0
    step = WIDTH / (len(values) - 1)
    points = [f"{i * step:.1f} {HEIGHT - 1 - (v / top) * (HEIGHT - 3):.1f}" for i, v in enumerate(values)]
    line = "M" + "L".join(points)
    return Spark(line, f"{line}L{WIDTH:.0f} {HEIGHT:.0f}L0 {HEIGHT:.0f}Z", peak)


def parts(values: Sequence[tuple[str, int]], width: float = 100.0) -> list[Bar]:
    """Parts of a whole side by side; each at least 1.5 wide where it is not zero."""
    total = sum(value for _label, value in values)
    if not total:
        return []
    shown = [(label, value, max(1.5, value / total * width)) for label, value in values if value]
    scale = width / sum(size for _label, _value, size in shown)
    bars, x = [], 0.0
    for label, value, size in shown:
        bars.append(Bar(round(x, 2), 0, round(size * scale, 2), 8, label, value))
        x += size * scale
    return bars


def columns(
    values: Sequence[int], labels: Sequence[str], width: float = 1000.0, height: float = 100.0
) -> list[Bar]:
    """A histogram's columns; a value above zero is at least 1.5 high."""
    if not values:
        return []
    top = max(values) or 1
    step = width / len(values)
    gap = min(2.0, step * 0.15)
    bars = []
    for index, (value, label) in enumerate(zip(values, labels, strict=True)):
        tall = max(1.5, value / top * height) if value else 0.0
        bars.append(
            Bar(
                round(index * step, 2),
                round(height - tall, 2),
                round(step - gap, 2),
                round(tall, 2),
                label,
                value,
            )
        )
    return bars


def week(chances: Sequence[float]) -> list[str]:
    """168 chances (Monday 00:00 first) as paths over a grid of 24 × 7: one for each quarter, the faintest first."""
    paths = ["", "", "", ""]
    for hour, chance in enumerate(chances):
        if chance > 0:
            paths[min(3, int(chance * 4))] += f"M{hour % 24} {hour // 24}h1v1h-1z"
    return paths
