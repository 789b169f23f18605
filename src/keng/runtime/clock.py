"""The wall clock, read at the rim only; the stages get the time passed in."""

import time
from collections.abc import Callable

Clock = Callable[[], int]


def now_us() -> int:
    """Microseconds since the epoch, UTC."""
    return time.time_ns() // 1000
