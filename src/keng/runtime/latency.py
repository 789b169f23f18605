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
        """Seconds: the delay that half of the events kept, and 99 % of them; each counts with its slice's middle
        event for the one, and with its slice's slowest for the other (so that the truth is rather better).
        """
        with self._lock:
            recent = [one for one in self._slices if now_us - one[0] <= window_us]
        return (
            _kept([(middle, events) for _done, events, middle, _slowest in recent], 0.5) / 1e6,
            _kept([(slowest, events) for _done, events, _middle, slowest in recent], 0.99) / 1e6,
        )

    def rate(self, now_us: int, window_us: int = 10_000_000) -> float:
        """Events per second over the window."""
        with self._lock:
            return sum(one[1] for one in self._slices if now_us - one[0] <= window_us) / (window_us / 1e6)


def _kept(delays: list[tuple[int, int]], share: float) -> int:
    """The smallest delay that this share of the events kept. delays: (delay, events)."""
    left = share * sum(events for _delay, events in delays)
    for delay, events in sorted(delays):
        left -= events
        if left <= 0:
            return delay
    return 0
