"""Where the clock of a log source hangs: what the register says of the source, else the centre's own time zone."""

import time
from collections.abc import Callable
from datetime import tzinfo

import structlog
from sqlalchemy.exc import OperationalError

from keng.model.time_zone import time_zone
from keng.state.database import State
from keng.state.register import centre_profile, sources

FRESH_S = 30.0
_log = structlog.get_logger("keng.runtime.zones")


class Zones:
    """Callable: a source's id to its time zone; None for UTC. Reads the register twice a minute."""

    def __init__(self, state: State, seconds: Callable[[], float] = time.monotonic) -> None:
        self._state = state
        self._seconds = seconds
        self._own: tzinfo | None = None
        self._zones: dict[str, tzinfo] = {}
        self._read = -FRESH_S

    def __call__(self, source: str) -> tzinfo | None:
        now = self._seconds()
        if now - self._read >= FRESH_S:
            self._read = now
            try:
                self._from_register()
            except OperationalError as error:
                # A database server may be away for a while; clocks are seldom moved.
                _log.warning("time zones could not be read", reason=str(error.orig))
        return self._zones.get(source, self._own)

    def _from_register(self) -> None:
        with self._state.read() as conn:
            self._own = time_zone(centre_profile(conn).timezone)
            named = ((one.id, time_zone(one.time_zone)) for one in sources(conn) if one.time_zone)
            self._zones = {source: zone for source, zone in named if zone is not None}
