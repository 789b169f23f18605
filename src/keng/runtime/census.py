"""Keeps note of which fields events of each log source carry, in a file that `keng rules check` reads."""

import time
from collections.abc import Sequence
from pathlib import Path

import structlog

from keng.detect.sigma.arrivals import Arrivals
from keng.model.event import Event

EVERY_S = 60.0
_log = structlog.get_logger("keng.runtime.census")


class Census:
    """Used by the pipeline's thread alone. A file that is damaged or cannot be written costs the census, nothing else."""

    def __init__(self, path: Path, every_s: float = EVERY_S) -> None:
        self._path = path
        self._every_s = every_s
        self._kept = 0.0
        try:
            self._arrivals = Arrivals.decode(path.read_bytes())
        except FileNotFoundError:
            self._arrivals = Arrivals()
        except (OSError, ValueError) as error:
            _log.warning("the census of fields starts anew", reason=str(error))
            self._arrivals = Arrivals()

    def look(self, events: Sequence[Event]) -> None:
        """Note the fields of a sample of these events; now and then write the file."""
        self._arrivals.look(events)
        if self._arrivals.changed and time.monotonic() - self._kept >= self._every_s:
            self.keep()

    def keep(self) -> None:
        """Write what is known, if there is news."""
        if not self._arrivals.changed:
            return
        self._kept = time.monotonic()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            draft = self._path.with_suffix(".draft")
            draft.write_bytes(self._arrivals.encode())
            draft.replace(self._path)
        except OSError as error:
            _log.warning("the census of fields could not be written", reason=str(error))
            return
        self._arrivals.changed = False
