"""The centre's door: what receivers hand over goes into the journal, and is counted, here."""

import asyncio
import errno
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog

from keng.collect.peer_certificate import PeerCertificate
from keng.collect.ports import Outcome, Refusal, Sender
from keng.journal.base import Journal, JournalFullError
from keng.model.batch import Batch
from keng.model.rejected import Rejected
from keng.runtime.accounting import Accounting
from keng.runtime.clock import Clock
from keng.runtime.deliveries import with_deliveries_split
from keng.runtime.fairness import Fairness
from keng.runtime.senders import Senders
from keng.state.database import State
from keng.state.quarantine import Refused, quarantine
from keng.state.sightings import Sighting, add_sightings

MAX_PENDING = 5000
WRITERS = 32  # requests that may wait for one group commit
# Datagrams come mixed, and none can be held back: what waits here would be dropped in the kernel.
_NO_WAIT = frozenset({"syslog_udp", "netflow"})
_log = structlog.get_logger("keng.runtime.reception")


class Reception:
    """Implements `collect.ports.Door`. flush() writes refused records to the state, every second or so.

    fatal: called with a reason when the journal can no longer be trusted. fairness: None where the pipeline is in
    other processes. no_room: whether the disk has no room left for records (see `reserve`).
    """

    def __init__(
        self,
        journal: Journal,
        state: State,
        senders: Senders,
        accounting: Accounting,
        clock: Clock,
        fatal: Callable[[str], None],
        fairness: Fairness | None = None,
        no_room: Callable[[], bool] = lambda: False,
    ) -> None:
        self._journal = journal
        self._state = state
        self._senders = senders
        self._accounting = accounting
        self._clock = clock
        self._fatal = fatal
        self._fairness = fairness
        self._no_room = no_room
        self._writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="append")
        self.under_way = 0  # appends that are not counted yet
        self._pending: list[Refused] = []
        self._uncounted: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def authenticate(self, token: str) -> Sender | Refusal:
        """The source that a token belongs to."""
        return self._senders.authenticate(token)

    def identify(
        self, token: str, address: str, hostname: str, transport: str = "syslog"
    ) -> Sender | Refusal:
        """The source of a line."""
        return self._senders.identify(token, address, hostname, transport)

    def recognise(self, certificate: PeerCertificate) -> Sender | Refusal:
        """The source of a TLS client."""
        return self._senders.recognise(certificate)

    async def take(self, batches: Sequence[Batch]) -> Outcome:
        """Append to the journal; TAKEN means fsynced. Waits while a source of the batches is ahead of its turn."""
        if self._no_room():
            self._accounting.add(waits=1)
            return Outcome.FAILED
        if self._fairness is not None:
            for source in {batch.source for batch in batches if batch.transport not in _NO_WAIT}:
                await self._fairness.turn(source)
        self.under_way += 1
        try:
            records = await asyncio.get_running_loop().run_in_executor(self._writers, self._append, batches)
            self._accounting.add(received=records, journaled=records)
        except JournalFullError:
            self._accounting.add(waits=1)
            return Outcome.FULL
        except OSError as error:
            _log.error("the journal cannot be written", reason=str(error))
            self._accounting.add(waits=1)
            if error.errno == errno.EIO:
                self._fatal(error.strerror or str(error))
            return Outcome.FAILED
        finally:
            self.under_way -= 1
        return Outcome.TAKEN

    def _append(self, batches: Sequence[Batch]) -> int:
        """Blocks until all is durable; the number of records, those inside deliveries counted one by one."""
        opened = [with_deliveries_split(batch) for batch in batches]
        offsets = self._journal.append(opened)
        if self._fairness is not None:
            self._fairness.taken(opened, offsets)
        return sum(len(batch.records) for batch in opened)

    def refuse(self, sender: Sender | None, transport: str, peer: str, refused: Sequence[Rejected]) -> None:
        """Count and keep; beyond 5,000 a second the bytes are let go and only counted."""
        self._accounting.add(received=len(refused), rejected=len(refused), rejected_at_door=len(refused))
        source, agency = (sender.source, sender.agency) if sender else ("", "")
        now = self._clock()
        with self._lock:
            for one in refused:
                if len(self._pending) >= MAX_PENDING:
                    key = (source, agency)
                    self._uncounted[key] = self._uncounted.get(key, 0) + 1
                    continue
                place = ", ".join(part for part in (transport, peer, one.position) if part)
                self._pending.append(Refused(now, agency, source, one.reason, place, one.raw))

    def drop(self, transport: str, records: int) -> None:
        """Count what was lost."""
        self._accounting.add(received=records, dropped=records)
        _log.warning("records dropped", transport=transport, records=records)

    def now_us(self) -> int:
        """Time of arrival."""
        return self._clock()

    def flush(self) -> None:
        """Write refused records to the state store. Blocks; on failure they are kept for the next call."""
        with self._lock:
            pending, self._pending = self._pending, []
            uncounted, self._uncounted = self._uncounted, {}
        if not pending and not uncounted:
            return
        try:
            with self._state.write() as conn:
                quarantine(conn, pending)
                add_sightings(conn, _sightings(pending, uncounted, self._clock()))
        except Exception:
            with self._lock:
                self._pending = pending + self._pending
                for key, number in uncounted.items():
                    self._uncounted[key] = self._uncounted.get(key, 0) + number
            raise

    def close(self) -> None:
        """End the writers' threads; appends under way are finished."""
        self._writers.shutdown()


def _sightings(pending: Sequence[Refused], uncounted: dict[tuple[str, str], int], now: int) -> list[Sighting]:
    counts = dict(uncounted)
    last: dict[tuple[str, str], Refused] = {}
    for one in pending:
        key = (one.source, one.agency)
        counts[key] = counts.get(key, 0) + 1
        last[key] = one
    found = []
    for key, number in counts.items():
        source, agency = key
        one = last.get(key) or Refused(now, agency, source, "", "", b"")
        found.append(
            Sighting(
                source,
                agency,
                one.at_us,
                one.at_us,
                received=number,
                rejected=number,
                last_error=one.reason,
                last_error_us=one.at_us,
            )
        )
    return found
