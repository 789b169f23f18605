"""How long it took from an event's arrival until its alerts were visible: percentiles of the last minute or so."""

import threading
from collections import deque
from collections.abc import Iterable, Sequence

from keng.state.sightings import Sighting

KEPT = 600
KEPT_OF_AGENCY = 200
MAX_AGENCIES = 2000
WINDOW_US = 60_000_000


class Latency:
    """Per slice: when it was done, how many events, and the delay of its oldest and its middle one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._slices: deque[tuple[int, int, int, int]] = deque(maxlen=KEPT)
        self._agencies: dict[str, deque[tuple[int, int, int, int]]] = {}

    def add(self, done_us: int, received_us: Sequence[int]) -> None:
        """One slice that was finished at done_us, by the arrival times of its events."""
        if received_us:
            ordered = sorted(received_us)
            with self._lock:
                self._slices.append(
                    (done_us, len(ordered), done_us - ordered[len(ordered) // 2], done_us - ordered[0])
                )

    def add_agencies(self, done_us: int, seen: Iterable[Sighting]) -> None:
        """The same slice, by the sources in it: its middle is half way between the first and the last of a source."""
        with self._lock:
            for one in seen:
                slices = self._agencies.get(one.agency)
                if slices is None:
                    if len(self._agencies) >= MAX_AGENCIES:
                        continue
                    slices = self._agencies[one.agency] = deque(maxlen=KEPT_OF_AGENCY)
                middle_us = (one.first_us + one.last_us) // 2
                slices.append((done_us, one.received, done_us - middle_us, done_us - one.first_us))

    def of_agencies(self, now_us: int) -> dict[str, tuple[float, float]]:
        """The percentiles of each agency that sent something in the last minute or so."""
        with self._lock:
            known = {agency: tuple(slices) for agency, slices in self._agencies.items()}
        found = {agency: _percentiles(slices, now_us, WINDOW_US) for agency, slices in known.items()}
        return {agency: both for agency, both in found.items() if both != (0.0, 0.0)}

    def percentiles(self, now_us: int, window_us: int = WINDOW_US) -> tuple[float, float]:
        """Seconds: the delay that half of the events kept, and 99 % of them; each counts with its slice's middle
        event for the one, and with its slice's slowest for the other (so that the truth is rather better).
        """
        with self._lock:
            slices = tuple(self._slices)
        return _percentiles(slices, now_us, window_us)

    def rate(self, now_us: int, window_us: int = 10_000_000) -> float:
        """Events per second over the window."""
        with self._lock:
            return sum(one[1] for one in self._slices if now_us - one[0] <= window_us) / (window_us / 1e6)


def _percentiles(
    slices: Sequence[tuple[int, int, int, int]], now_us: int, window_us: int
) -> tuple[float, float]:
    recent = [one for one in slices if now_us - one[0] <= window_us]
    return (
        _kept([(middle, events) for _done, events, middle, _slowest in recent], 0.5) / 1e6,
        _kept([(slowest, events) for _done, events, _middle, slowest in recent], 0.99) / 1e6,
    )


def _kept(delays: list[tuple[int, int]], share: float) -> int:
    """The smallest delay that this share of the events kept. delays: (delay, events)."""
    left = share * sum(events for _delay, events in delays)
    for delay, events in sorted(delays):
        left -= events
        if left <= 0:
            return delay
    return 0
