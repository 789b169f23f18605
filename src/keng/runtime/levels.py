"""Which level the system of a log source has: the event store asks it for each batch, the register knows it."""

import time
from collections.abc import Callable

import structlog
from sqlalchemy.exc import OperationalError

from keng.state.database import State
from keng.state.register import sources, systems

FRESH_S = 30.0
UNKNOWN = 0
_log = structlog.get_logger("keng.runtime.levels")


class Levels:
    """Callable: a source's id to its system's level 1 to 5, 0 where it names none. Reads the register twice a minute."""

    def __init__(self, state: State, seconds: Callable[[], float] = time.monotonic) -> None:
        self._state = state
        self._seconds = seconds
        self._levels: dict[str, int] = {}
        self._read = -FRESH_S

    def __call__(self, source: str) -> int:
        now = self._seconds()
        if now - self._read >= FRESH_S:
            self._read = now
            try:
                self._levels = self._from_register()
            except OperationalError as error:
                # A database server may be away for a while; levels change once in a year.
                _log.warning("levels could not be read", reason=str(error.orig))
        return self._levels.get(source, UNKNOWN)

    def _from_register(self) -> dict[str, int]:
        with self._state.read() as conn:
            levels = {one.id: one.level for one in systems(conn)}
            return {one.id: levels.get(one.system, UNKNOWN) for one in sources(conn)}
