"""Stands in a centre where the pipeline would, when workers do the work: tells how far they are and what they raised."""

import threading
from collections.abc import Callable

import structlog
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from keng.i18n import _
from keng.journal.jetstream import JetStreamJournal
from keng.model.alert import AlertChange
from keng.runtime.accounting import Accounting, waiting
from keng.runtime.claims import WORKER
from keng.runtime.clock import Clock
from keng.runtime.latency import Latency
from keng.state.alerts import changed_since
from keng.state.database import State

LOOK_S = 0.5
OVERLAP_US = 5_000_000  # transactions become visible a little after the time that they carry
_log = structlog.get_logger("keng.runtime.far_pipeline")


class FarPipeline:
    """What a centre asks of its pipeline and its consumer. Looks twice a second at what the workers have committed.

    counted: as of the journal's last trim. The accounts take for stored what the workers have finished, when all is.
    """

    left_out = 0

    def __init__(
        self,
        journal: JetStreamJournal,
        state: State,
        accounting: Accounting,
        publish: Callable[[list[AlertChange]], None],
        clock: Clock,
    ) -> None:
        self._journal = journal
        self._state = state
        self._accounting = accounting
        self._publish = publish
        self._clock = clock
        self.latency = Latency()
        self.hurry = threading.Event()
        self.failure = ""
        self.counted = self.offset = max(journal.last_offset() - journal.held(), 0)
        self._stop = threading.Event()
        self._seen: dict[int, int] = {}
        self._since = clock()
        self._thread = threading.Thread(target=self._run, name="far", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> bool:
        """End; true when it has ended."""
        self._stop.set()
        self._thread.join(10.0)
        return not self._thread.is_alive()

    def close(self) -> None:
        """Nothing is held."""

    @property
    def alive(self) -> bool:
        """Whether it looks."""
        return self._thread.is_alive()

    def replace_detector(self, _loaded: object) -> None:
        """Workers read their rules themselves, on SIGHUP."""

    def look(self) -> None:
        """Once. Raises OperationalError or OSError while a server is away."""
        counts = self._accounting.counts()
        last = self._journal.last_offset()
        held = self._journal.held()
        self.counted = max(last - held, self.counted)
        if not held and (done := waiting(counts)) > 0:
            self._accounting.add(stored=done)
        with self._state.read() as conn:
            workers = conn.execute(
                text(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = :space"
                ),
                {"space": WORKER},
            ).scalar_one()
            changed = changed_since(conn, self._since - OVERLAP_US, 500)
        self.failure = "" if workers or not held else _("no worker is running: start `keng work`")
        fresh = [one for one in changed if self._seen.get(one.id) != one.updated_us]
        if fresh:
            self._publish([AlertChange("grown" if one.id in self._seen else "new", one) for one in fresh])
            self._since = max(one.updated_us for one in fresh)
        self._seen = {one.id: one.updated_us for one in changed}

    def _run(self) -> None:
        while not self._stop.wait(LOOK_S):
            try:
                self.look()
            except (OperationalError, OSError) as error:
                self.failure = str(error)[:500]
                _log.warning("a server is away", reason=str(error))
