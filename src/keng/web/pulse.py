"""The pulse of the sources: events per second over the last quarter of an hour, sampled from the state's totals.

The totals of `state/sightings.py` only grow; every `STEP_S` seconds they are read, and the differences kept. In
memory: after a restart the pictures begin anew, the totals do not.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from litestar import Litestar
from litestar.di import NamedDependency
from sqlalchemy.exc import SQLAlchemyError

from keng.state.sightings import sightings
from keng.web.base import Centre

STEP_S = 3.0
SAMPLES = 60
_log = structlog.get_logger("keng.web.pulse")


class Pulse:
    """Rates per source and agency. Read from any thread; written by one task of the event loop."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._last: dict[str, int] = {}
        self._last_at = 0.0
        self._rates: dict[str, deque[float]] = {}
        self._agency: dict[str, str] = {}

    def sample(self, at: float) -> None:
        """Read the totals at monotonic time `at` (seconds) and keep the rates since the last reading."""
        with self._centre.state.read() as conn:
            seen = sightings(conn, None)
        length = at - self._last_at
        for source, one in seen.items():
            self._agency[source] = one.agency
            if self._last_at and length > 0:
                grown = max(0, one.received - self._last.get(source, 0))
                self._rates.setdefault(source, deque(maxlen=SAMPLES)).append(grown / length)
            self._last[source] = one.received
        self._last_at = at

    def of_source(self, source: str) -> list[float]:
        """Events per second, oldest first, always `SAMPLES` long (zeros before the first reading)."""
        return self._padded(list(self._rates.get(source, ())))

    def of_agency(self, agency: str) -> list[float]:
        """The same for all sources of an agency."""
        return self._sum([s for s, owner in list(self._agency.items()) if owner == agency])

    def of_all(self) -> list[float]:
        """The same for everything."""
        return self._sum(list(self._rates))

    def now(self, values: list[float]) -> float:
        """The present rate: the mean of the last three samples."""
        return sum(values[-3:]) / 3

    @asynccontextmanager
    async def running(self, _app: Litestar) -> AsyncIterator[None]:
        """Samples while the app lives."""
        task = asyncio.get_running_loop().create_task(self._run(), name="pulse")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self.sample, time.monotonic())
            except SQLAlchemyError as error:
                # The picture misses a beat; whoever uses the state itself reports the fault.
                _log.warning("pulse not read", error=str(error))
            await asyncio.sleep(STEP_S)

    def _sum(self, sources: list[str]) -> list[float]:
        rows = [self.of_source(source) for source in sources]
        return [sum(column) for column in zip(*rows, strict=True)] if rows else [0.0] * SAMPLES

    @staticmethod
    def _padded(values: list[float]) -> list[float]:
        return [0.0] * (SAMPLES - len(values)) + values


AtPulse = NamedDependency[Pulse]
"""The pulse, as an argument of a page."""
