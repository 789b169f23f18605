"""When detections happened, counted in buckets whose width grows with the span, so that memory stays bounded."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from keng.model.severity import Severity

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WIDTHS = (60, 300, 900, 3600, 21_600, 86_400, 604_800, 2_592_000, 31_536_000)  # seconds
_MAX_BUCKETS = 4096


def moment(time_us: int) -> datetime:
    """A time as a datetime in UTC; the ends of the calendar where it lies outside."""
    try:
        return _EPOCH + timedelta(microseconds=time_us)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if time_us > 0 else datetime.min.replace(tzinfo=UTC)


def iso(time_us: int) -> str:
    """ISO 8601 in UTC with microseconds: "2024-05-01T12:00:00.123456Z"."""
    return moment(time_us).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


class Timeline:
    """Counts per severity and bucket."""

    def __init__(self) -> None:
        self._level = 0
        self._counts: Counter[tuple[int, int]] = Counter()
        self.first_us = 0
        self.last_us = 0

    def add(self, time_us: int, severity: Severity) -> None:
        """Count one detection."""
        if not self._counts or time_us < self.first_us:
            self.first_us = time_us
        self.last_us = max(self.last_us, time_us)
        self._counts[time_us // (_WIDTHS[self._level] * 1_000_000), int(severity)] += 1
        if len(self._counts) > _MAX_BUCKETS and self._level + 1 < len(_WIDTHS):
            self._widen()

    def _widen(self) -> None:
        old = _WIDTHS[self._level]
        self._level += 1
        wider: Counter[tuple[int, int]] = Counter()
        for (bucket, severity), count in self._counts.items():
            wider[bucket * old // _WIDTHS[self._level], severity] += count
        self._counts = wider

    def columns(self, number: int) -> list[tuple[int, list[int]]]:
        """At most `number` columns over the whole span: start (µs), counts by severity from 0 to 4."""
        if not self._counts:
            return []
        width = _WIDTHS[self._level] * 1_000_000
        span = self.last_us - self.first_us
        start = self.first_us // width * width
        step = max(width, -(-(span + width) // number))
        # A short span under one bucket per column: the finest bucket is the honest resolution.
        columns = [
            (start + index * step, [0] * 5)
            for index in range(min(number, span // step + 1 + (1 if span % step else 0)))
        ]
        for (bucket, severity), count in self._counts.items():
            index = min(max((bucket * width - start) // step, 0), len(columns) - 1)
            columns[index][1][severity] += count
        return columns
