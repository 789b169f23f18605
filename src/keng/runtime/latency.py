"""How long it took from an event's arrival until its alerts were visible: percentiles of the last minute or so."""

import threading
from collections import deque
from collections.abc import Sequence

KEPT = 600


class Latency:
    """Per slice: when it was done, how many events, and the delay of its oldest and its middle one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._slices: deque[tuple[int, int, int, int]] = deque(maxlen=KEPT)

    def add(self, done_us: int, received_us: Sequence[int]) -> None:
        """One slice that was finished at done_us, by the arrival times of its events."""
        if received_us:
            ordered = sorted(received_us)
            with self._lock:
                self._slices.append(
                    (done_us, len(ordered), done_us - ordered[len(ordered) // 2], done_us - ordered[0])
                )

    def percentiles(self, now_us: int, window_us: int = 60_000_000) -> tuple[float, float]:
        """Seconds: the median event's delay, and the delay that 99 % of the slices' slowest events kept."""
        with self._lock:
            recent = [one for one in self._slices if now_us - one[0] <= window_us]
        if not recent:
            return 0.0, 0.0
        middles = sorted(one[2] for one in recent)
        slowest = sorted(one[3] for one in recent)
        return middles[len(middles) // 2] / 1e6, slowest[
            min(len(slowest) - 1, int(len(slowest) * 0.99))
        ] / 1e6

    def rate(self, now_us: int, window_us: int = 10_000_000) -> float:
        """Events per second over the window."""
        with self._lock:
            return sum(one[1] for one in self._slices if now_us - one[0] <= window_us) / (window_us / 1e6)
