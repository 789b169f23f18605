"""Even steps of time for a histogram, of a length that people read easily."""

from collections.abc import Mapping
from typing import NamedTuple

from keng.store.base import Bucket

_S, _M, _H, _D = 10**6, 60 * 10**6, 3600 * 10**6, 86_400 * 10**6
_STEPS = (
    *(n * _S for n in (1, 2, 5, 10, 15, 30)),
    *(n * _M for n in (1, 2, 5, 10, 15, 30)),
    *(n * _H for n in (1, 2, 3, 6, 12)),
    *(n * _D for n in (1, 2, 7, 14, 30, 91, 365, 3650)),
)


class Grid(NamedTuple):
    """Buckets: `number` steps of `step_us` from `start_us` on."""

    start_us: int
    step_us: int
    number: int

    def buckets(self, counts: Mapping[int, int]) -> tuple[Bucket, ...]:
        """All buckets, the empty ones too; `counts` by their number from 0."""
        return tuple(
            Bucket(self.start_us + n * self.step_us, self.start_us + (n + 1) * self.step_us, counts.get(n, 0))
            for n in range(self.number)
        )


def grid(start_us: int, end_us: int, buckets: int) -> Grid:
    """The finest easy step that needs at most `buckets` for start ≤ t < end (one more where both ends are cut)."""
    span = max(end_us - start_us, 1)
    step = next((step for step in _STEPS if span <= step * buckets), -(-span // buckets))
    first = start_us // step
    return Grid(first * step, step, -(-end_us // step) - first or 1)
