"""The way of the data. Whoever reads this file understands the product.

    collect ─► journal ─► normalise ─► detect ─► alerts ─► (people: incidents ─► bulletins)
    (bytes)   (durable,   (events)      (Sigma)   (grouped)
              acked)         └────────► store (history: search, hunt, statistics)

Receivers put batches into the journal, and only then acknowledge. This pipeline reads the journal after its
cursor and does with each slice, in this order:

    1. prepare   parse → normalise → redact → name (a deterministic id)          pure; ahead of 2 to 6 when busy
    2. dedupe    what was seen lately is not an event again
    3. store     durable; runs beside 4                                          idempotent by id
    4. detect    plain rules and correlations
    5. commit    alerts, sightings, quarantine, and the cursor with the detector's state: ONE transaction;
                 at once when something was detected or refused, else once a second
    6. trim      the journal forgets what is committed

Killed before 5, it starts again at the old cursor with the old detector state: the events that 3 had stored are
not stored twice (`ids_after`), and 5 counts each (rule, event) once. So the result is that of a calm run.
A stage that fails is tried again, with growing pauses and loudly; nothing is skipped in silence.

With a second processor a process beside this one (`beside.py`) does 1 and, taking for granted that nothing is a
double, the rules of 4 and the columns for 3; where that proves wrong it is asked again, with what 2 found.
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import structlog

from keng.journal.base import Entry, Journal, Packed
from keng.journal.sqlite import SqliteJournal
from keng.model.alert import AlertChange
from keng.model.detection import Detection
from keng.model.event import Event
from keng.runtime import memory
from keng.runtime.accounting import Accounting
from keng.runtime.beside import Beside, BesideError
from keng.runtime.census import Census
from keng.runtime.clock import Clock
from keng.runtime.evaluated import DETECT_ONLY, DOUBLE, WANTED, Evaluated, detection
from keng.runtime.identity import RecentIds
from keng.runtime.isolation import decisions_of, detections_of
from keng.runtime.latency import Latency
from keng.runtime.pipeline_parts import (
    Decider,
    Done,
    Line,
    Loaded,
    Pending,
    Store,
    TakesMade,
    opened_all,
)
from keng.runtime.prepare import Preparation, Prepared
from keng.runtime.sights import merged, sightings_of
from keng.state import cursors
from keng.state.alerts import record_detections
from keng.state.cursors import LostCursorError
from keng.state.database import State
from keng.state.quarantine import Refused, quarantine
from keng.state.sightings import add_sightings
from keng.store.insert import Made

CONSUMER = cursors.PIPELINE
MAX_PAUSE_S = 30.0
RESUME_S = (
    30.0  # after a restart, senders catch up first: time does not pass for correlations by the clock alone
)
COMMIT_S = 1.0  # the detector's state may be megabytes: without news it is not written with every slice
_log = structlog.get_logger("keng.runtime.pipeline")
T = TypeVar("T")


class StoppedError(Exception):
    """The process is ending: the slice is left for the next start."""


class Pipeline:
    """Works on slices of the journal. One thread calls run(); prepare() and replace_detector() may come from others."""

    def __init__(
        self,
        journal: Journal,
        store: Store,
        state: State,
        loaded: Loaded,
        preparation: Preparation,
        accounting: Accounting,
        publish: Callable[[list[AlertChange]], None],
        clock: Clock,
        dedupe_window: int,
        commit_s: float = COMMIT_S,
        census: Census | None = None,
        consumer: str = CONSUMER,
        counts_sources: bool = True,
        beside: Beside | None = None,
    ) -> None:
        self._beside = beside
        self._consumer = consumer
        self._counts_sources = counts_sources  # else another pipeline sees the same records and does it
        self._journal = journal
        self._store = store
        self._state = state
        self._preparation = preparation
        self._accounting = accounting
        self._publish = publish
        self._clock = clock
        self._next: Loaded | None = None
        self._swap = threading.Lock()
        self._inserter = ThreadPoolExecutor(1, thread_name_prefix="store")
        self.latency = Latency()
        self.stopping = threading.Event()
        self.failure = ""  # of the stage that is being tried again; "" when all is well

        with state.read() as conn:
            cursor = cursors.get(conn, consumer)
        self.offset = self._committed = cursor.offset
        self.counted = cursor.offset  # like offset, but only when the slice stands in the accounts, too
        self._pending = Pending()
        self._commit_s = commit_s
        self._census = census
        self._last_commit = 0.0
        self._losses: dict[str, int] = {}
        self._use(loaded)
        self._resumed_us = 0
        if cursor.state:
            self._resumed_us = clock() + int(RESUME_S * 1_000_000)
            memory.restore(loaded.detector, loaded.rules, memory.unpack(cursor.state))
        # Stored but not committed before the last stop: to be detected again, not stored again.
        self._redo = store.ids_after(self.offset)
        self._redo_until = journal.last_offset()
        self._recent = RecentIds(dedupe_window)
        known = store.recent_ids(0, dedupe_window // 2) - self._redo
        self._recent.add(bytes.fromhex(event_id) for event_id in known)

    def read(self, after: int, limit: int, timeout: float) -> list[Line]:
        """Entries of the journal after an offset, in the form that prepare() takes."""
        if self._beside is not None and isinstance(self._journal, SqliteJournal):
            return [*self._journal.read_packed(after, limit, timeout)]
        return [*self._journal.read(after, limit, timeout)]

    def prepare(self, entries: Sequence[Line]) -> Prepared | Evaluated:
        """Step 1, which needs nothing of what came before: another thread may run it ahead, slices in order.

        Where there is a process beside this one, it does that, and what it can of 3 and 4.
        """
        packed = [one for one in entries if isinstance(one, Packed)]
        if self._beside is not None and packed and self._beside.ready:
            try:
                return self._beside.evaluate(packed)
            except BesideError as error:
                _log.error("a slice is prepared without the process beside", reason=str(error))
        return self._preparation.prepare(opened_all(entries))

    def run(self, entries: Sequence[Line], prepared: Prepared | Evaluated) -> None:
        """One slice, from step 2 on. Raises StoppedError when asked to stop while a stage keeps failing.

        LostCursorError: another process has taken over this consumer; this pipeline is over.
        """
        self._take_new_rules()
        if isinstance(prepared, Evaluated):
            assert self._beside is not None
            try:
                done = self._far(prepared, [one for one in entries if isinstance(one, Packed)])
            except BesideError as error:
                _log.error("a slice is worked on without the process beside", reason=str(error))
                prepared = self._preparation.prepare(opened_all(entries))
                done = self._near(prepared, opened_all(entries))
        else:
            done = self._near(prepared, opened_all(entries))
        self._recent.add(done.fresh)
        self.offset = entries[-1].offset
        refused = prepared.refused + done.undetected
        self._pending.sightings += done.seen
        self._pending.refused += refused
        changes = self._commit(done.detections) if self._due(done.detections) else []
        if self._redo and self.offset >= self._redo_until:
            self._redo = set()
        self._accounting.add(
            stored=len(done.fresh),
            duplicates=done.doubles,
            rejected=len(prepared.refused),
            unparsed=done.unparsed,
            detections=len(done.detections),
            alerts=sum(change.kind == "new" for change in changes),
        )
        now_us = self._clock()
        self.latency.add(now_us, done.received_us)
        self.latency.add_agencies(now_us, done.seen)
        self.counted = self.offset

    def _near(self, prepared: Prepared, entries: Sequence[Entry]) -> Done:
        """Steps 2 to 4 in this process."""
        fresh, marks = self._dedupe([name for name, _event in prepared.events])
        marked = list(zip(marks, [event for _name, event in prepared.events], strict=True))
        events = [event for mark, event in marked if mark != DOUBLE]
        insert = self._inserter.submit(self._insert, [event for mark, event in marked if mark == WANTED])
        undetected: list[Refused] = []
        detections = detections_of(self._loaded.detector.feed, events, undetected)
        if self._census is not None:
            self._census.look(events)
        insert.result()
        return Done(
            fresh,
            len(marks) - len(fresh),
            detections,
            undetected,
            sightings_of(entries, events, prepared.refused),
            [event.received_us for event in events],
            sum(not event.parsed for event in events),
        )

    def _far(self, given: Evaluated, entries: Sequence[Packed]) -> Done:
        """Steps 2 to 4 with what the process beside has found. Raises BesideError, and then nothing has been done."""
        assert self._beside is not None
        loaded = self._loaded
        assert isinstance(loaded.detector, Decider)
        fresh, marks = self._dedupe(given.names())
        asked = given
        if given.rules != loaded.rules or set(marks) != {WANTED}:
            # Not what was taken for granted: new rules, doubles, or what a restart has to detect again.
            asked = self._beside.evaluate(entries, marks)
        infos = [rule.info for rule in loaded.detector.ruleset.rules]
        found = [(one.before_us, detection(one, infos)) for one in asked.found]
        insert = self._inserter.submit(self._insert_made, asked.made, entries, marks, given.names())
        undetected = [*asked.undetected]
        detections = decisions_of(loaded.detector.decide, found, asked.seen_us, undetected)
        insert.result()
        doubles = len(marks) - len(fresh)
        return Done(
            fresh, doubles, detections, undetected, asked.sightings, asked.received_us, asked.unparsed
        )

    def idle(self) -> None:
        """Nothing arrives: let time pass for correlations that wait for it, and raise what they find."""
        self._take_new_rules()
        now_us = self._clock()
        detections = self._loaded.detector.tick(now_us) if now_us >= self._resumed_us else []
        if detections or (self.offset > self._committed and self._due(())):
            changes = self._commit(detections)
            self._accounting.add(detections=len(detections), alerts=sum(one.kind == "new" for one in changes))

    def skip_to(self, offset: int) -> None:
        """Nothing of this consumer's stands before `offset`: the cursor moves on with the next commit."""
        if offset > self.offset:
            self.offset = self.counted = offset

    @property
    def left_out(self) -> int:
        """What the correlations had to leave out since the state was new: late hits, groups, entries, hurried hits."""
        return sum(self._loaded.detector.losses.values())

    def settle(self) -> None:
        """Commit what is worked on, at the end."""
        if self._census is not None:
            self._census.keep()
        if self.offset > self._committed:
            self._commit([])

    def replace_detector(self, loaded: Loaded) -> None:
        """Use new rules from the next slice on."""
        with self._swap:
            self._next = loaded

    def close(self) -> None:
        """End the pipeline's own threads."""
        self.stopping.set()
        self._inserter.shutdown()

    def _dedupe(self, names: Sequence[bytes]) -> tuple[set[bytes], bytes]:
        """The ids that are new, and each event's mark."""
        fresh: set[bytes] = set()
        marks = bytearray()
        for name in names:
            if name in fresh or name in self._recent:
                marks.append(DOUBLE)
                continue
            fresh.add(name)
            marks.append(DETECT_ONLY if self._redo and name.hex() in self._redo else WANTED)
        return fresh, bytes(marks)

    def _insert(self, events: list[Event]) -> None:
        missing = events

        def insert() -> None:
            nonlocal missing
            try:
                if missing:
                    self._store.insert(missing)
            except Exception:
                # Some may be kept all the same: only what is not there is tried again.
                kept = self._store.ids_after(self._committed)
                missing = [event for event in missing if event.id not in kept]
                raise

        self._until_done("store", insert)

    def _insert_made(
        self, made: Sequence[Made], entries: Sequence[Packed], marks: bytes, names: Sequence[bytes]
    ) -> None:
        store, beside = self._store, self._beside
        assert beside is not None
        assert isinstance(store, TakesMade)
        kept: set[str] | None = None

        def insert() -> None:
            nonlocal made, kept
            if kept is not None:
                left = [
                    DETECT_ONLY if mark == WANTED and name.hex() in kept else mark
                    for mark, name in zip(marks, names, strict=True)
                ]
                made = beside.evaluate(entries, bytes(left)).made
            try:
                store.insert_made(made)
            except Exception:
                # Some may be kept all the same: only what is not there is tried again.
                kept = store.ids_after(self._committed)
                raise

        self._until_done("store", insert)

    def _due(self, detections: Sequence[Detection]) -> bool:
        news = bool(detections) or bool(self._pending.refused)
        return news or time.monotonic() - self._last_commit >= self._commit_s

    def _commit(self, detections: list[Detection]) -> list[AlertChange]:
        state = memory.pack(memory.Memory(self._loaded.rules, self._loaded.detector.save()))
        pending = self._pending

        def transaction() -> list[AlertChange]:
            with self._state.write() as conn:
                if not cursors.claim(conn, self._consumer, self._committed, self.offset):
                    return []
                changes = record_detections(conn, detections, self._clock()) if detections else []
                if self._counts_sources:
                    add_sightings(conn, merged(pending.sightings))
                    quarantine(conn, pending.refused)
                cursors.put(conn, self._consumer, self.offset, state)
            return changes

        changes = self._until_done("commit", transaction)
        self._tell_losses()
        self._pending = Pending()
        self._committed = self.offset
        self._last_commit = time.monotonic()
        self._journal.trim(self.offset)
        self._publish(changes)
        return changes

    def _tell_losses(self) -> None:
        """Say what correlations had to leave out, each time that a figure has doubled."""
        losses = self._loaded.detector.losses
        if any(count >= 2 * self._losses.get(name, 0) > 0 or (count and name not in self._losses)
               for name, count in losses.items()):  # fmt: skip
            _log.warning("correlations left something out", **losses)
            self._losses = {name: count for name, count in losses.items() if count}

    def _take_new_rules(self) -> None:
        with self._swap:
            following, self._next = self._next, None
        if following is not None:
            now = memory.Memory(self._loaded.rules, self._loaded.detector.save())
            memory.restore(following.detector, following.rules, now)
            self._use(following)
            _log.info("rules replaced", rules=following.rules)

    def _use(self, loaded: Loaded) -> None:
        self._loaded = loaded
        if self._beside is not None:
            self._beside.rules = loaded.rules

    def _until_done(self, stage: str, work: Callable[[], T]) -> T:
        pause = 0.25
        while True:
            try:
                done = work()
            except LostCursorError:
                raise  # trying again would never help
            except Exception as error:
                # Any failure of a store has the same answer: wait, try again, say so.
                # Of a database's error, what the server said: without the statement and the address of a manual.
                reason = getattr(error, "orig", None) or error
                self.failure = f"{stage}: {type(error).__name__}: {reason}"[:500]
                _log.exception("stage failed and will be tried again", stage=stage, pause_s=pause)
                if self.stopping.wait(pause):
                    raise StoppedError(self.failure) from error
                pause = min(pause * 2, MAX_PAUSE_S)
            else:
                self.failure = ""
                return done
