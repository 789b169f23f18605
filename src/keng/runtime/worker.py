"""A worker: takes its share of the journal's partitions and runs a pipeline on each, one after another, in one thread.

Each partition has its cursor and its correlations' state; both commit with its alerts. Whoever takes a partition over goes
on from there: what was stored and not committed is detected again and not stored again, as after a restart of one centre.
"""

import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import structlog
from sqlalchemy.exc import OperationalError

from keng.detect.sigma import RuleSet
from keng.detect.sigma.engine import Engine
from keng.detect.sigma.versions import active_folders
from keng.i18n import _
from keng.journal.jetstream import JetStreamJournal
from keng.journal.partition import PartitionJournal
from keng.journal.partitions import PARTITIONS
from keng.runtime.accounting import Accounting
from keng.runtime.claims import WIDE, Claims
from keng.runtime.clock import Clock, now_us
from keng.runtime.identity import event_ids
from keng.runtime.levels import Levels
from keng.runtime.parts import OpenStore
from keng.runtime.pipeline import CONSUMER, Pipeline, StoppedError
from keng.runtime.pipeline_parts import Loaded
from keng.runtime.prepare import Preparation, Steps
from keng.runtime.settings import Settings
from keng.runtime.shares import ShareDetector, wide_ids, wide_rules
from keng.runtime.worker_store import FencedStore, ReadOnlyStore
from keng.runtime.zones import Zones
from keng.state import cursors
from keng.state.cursors import LostCursorError
from keng.state.database import State, open_state

BALANCE_S = 1.0
ROUND_S = 0.2  # at low rates a round starts at most so often: each is a part in the event store
DEDUPE_SHARE = 8  # of the window of newest ids, for each partition: they are all in one memory
READ_ENTRIES = 500
_log = structlog.get_logger("keng.runtime.worker")


class WorkerSettingsError(Exception):
    """Several workers need servers that they can share; the text says which is missing."""


class WorkerParts(NamedTuple):
    """What a worker is made of beside its servers. load_rules may take seconds."""

    open_store: OpenStore
    load_rules: Callable[[Settings], RuleSet]
    steps: Steps


def name_of(place: int) -> str:
    """The name of a place's cursor."""
    return "work-all" if place == WIDE else f"work-{place:02}"


class Worker:
    """run() until `stop` is set. `counts` as of a centre; `held`: the places that are worked on.

    The constructor raises WorkerSettingsError, OSError, InUseError, StateError or StoreError with a text for people.
    """

    def __init__(self, settings: Settings, parts: WorkerParts, clock: Clock = now_us) -> None:
        if not settings.journal_url or not settings.state_url or not settings.store_url:
            raise WorkerSettingsError(
                _("workers share their work through servers: set journal_url, state_url and store_url")
            )
        self._settings = settings
        self._parts = parts
        self._clock = clock
        self.counts = Accounting()
        self.stop = threading.Event()
        self.reload = threading.Event()  # set: read the rules again
        self._looked = 0.0  # when the versions of the rule sets were looked at
        self._versions: dict[str, str] = {}
        self._pipelines: dict[int, Pipeline] = {}
        self._trimmed: dict[int, int] = {}
        self._claims: Claims | None = None
        self._state: State = open_state(settings.state_url)
        with self._state.read() as conn:
            floor = max(cursors.offsets(conn).values(), default=0)
        self._journal = JetStreamJournal(
            settings.journal_url, settings.journal_max_bytes, replicas=settings.journal_replicas, floor=floor
        )
        self._journal.join()
        self._store = parts.open_store(settings, Levels(self._state))
        self._load()

    @property
    def held(self) -> frozenset[int]:
        """The partitions at hand (16: what looks across agencies)."""
        return frozenset(self._pipelines)

    def end(self) -> None:
        """Ask it to stop, also while it waits for a server."""
        self.stop.set()
        for pipeline in list(self._pipelines.values()):
            pipeline.stopping.set()

    def run(self) -> None:
        """Work. A database that is away is waited for; what another worker has taken over is let go."""
        balanced = 0.0
        pause = 0.25
        try:
            while not self.stop.is_set():
                started = time.monotonic()
                try:
                    if self.reload.is_set() or self._switched(started):
                        self.reload.clear()
                        self._settle_all()
                        self._load()
                        balanced = 0.0
                    if started - balanced >= BALANCE_S:
                        self._balance()
                        balanced = started
                    busy = self._round()
                    pause = 0.25
                except StoppedError:
                    break
                except Exception:
                    # A server that is away, a fault of ours: what is not committed is worked on again, from the cursors.
                    _log.exception("the work stopped and begins again", pause_s=pause)
                    self._let_all_go()
                    self.stop.wait(pause)
                    pause = min(pause * 2, 10.0)
                    continue
                if not busy:
                    self.stop.wait(max(ROUND_S - (time.monotonic() - started), 0.0))
        finally:
            self._settle_all()
            self._store.close()
            self._journal.close()
            self._state.close()

    def _switched(self, now: float) -> bool:
        """Whether another version of a rule set was put to use; looked at now and then."""
        if now - self._looked < BALANCE_S:
            return False
        self._looked = now
        return active_folders(self._settings.data_dir) != self._versions

    def _load(self) -> None:
        self._looked = time.monotonic()
        self._versions = active_folders(self._settings.data_dir)
        ruleset = self._parts.load_rules(self._settings)
        self._wide = wide_ids(ruleset)
        self._rules = ruleset
        self._engine = Engine(ruleset)
        self._wide_rules = wide_rules(ruleset)
        self._wide_engine = Engine(self._wide_rules)

    @property
    def _places(self) -> int:
        return PARTITIONS + bool(self._wide)

    def _balance(self) -> None:
        """Take what is free, give back what is too much, forget what everybody is done with."""
        if self._claims is None:
            self._claims = Claims(self._state.engine)
        self._claims.still_there()
        taken, surplus = self._claims.balance(self._places)
        for place in surplus:
            self._drop(place, settle=True)
        for place in taken:
            self._pipelines[place] = self._open(place)
        if taken or surplus:
            _log.info("partitions shared out", held=sorted(self._pipelines))
        self._trim()

    def _round(self) -> bool:
        """A slice of each partition; whether there is more to do."""
        busy = False
        last = self._journal.last_offset()
        for place, pipeline in list(self._pipelines.items()):
            if self.stop.is_set():
                break
            number = None if place == WIDE else place
            entries = self._journal.read(pipeline.offset, READ_ENTRIES, 0.0, number)
            try:
                if entries:
                    busy = True
                    pipeline.run(entries, pipeline.prepare(entries))
                else:
                    if last > pipeline.offset and self._journal.is_empty_after(pipeline.offset, number):
                        pipeline.skip_to(last)
                    pipeline.idle()
            except LostCursorError as error:
                _log.warning("another worker has this partition now", place=place, reason=str(error))
                self._drop(place, settle=False)
        return busy

    def _open(self, place: int) -> Pipeline:
        assert self._claims is not None
        wide = place == WIDE
        rules, engine = (self._wide_rules, self._wide_engine) if wide else (self._rules, self._engine)
        lateness_us = int(self._settings.lateness_s * 1_000_000)
        detector = ShareDetector(rules, lateness_us, self._wide, wide, engine)
        self._begin(name_of(place))
        return Pipeline(
            PartitionJournal(self._journal, None if wide else place),
            ReadOnlyStore(self._store) if wide else FencedStore(self._store, self._claims.still_there),
            self._state,
            Loaded(detector, rules.content_hash),
            Preparation(self._parts.steps, event_ids, Zones(self._state)),
            Accounting() if wide else self.counts,
            lambda _changes: None,
            self._clock,
            max(self._settings.dedupe_window // DEDUPE_SHARE, 2),
            consumer=name_of(place),
            counts_sources=not wide,
        )

    def _begin(self, consumer: str) -> None:
        """A partition that nobody has worked on yet begins where the centre, that did all of them, has ended."""
        with self._state.write() as conn:
            known = cursors.offsets(conn)
            if consumer not in known:
                cursors.put(conn, consumer, known.get(CONSUMER, 0))

    def _trim(self) -> None:
        """Forget the entries that everybody who reads them has committed."""
        with self._state.read() as conn:
            done = cursors.offsets(conn)
        everywhere = done.get(name_of(WIDE), 0) if self._wide else None
        for place in self._pipelines:
            upto = done.get(name_of(place), 0)
            if place != WIDE and everywhere is not None:
                upto = min(upto, everywhere)
            if place != WIDE and upto > self._trimmed.get(place, 0):
                self._journal.trim_partition(upto, place)
                self._trimmed[place] = upto

    def _drop(self, place: int, settle: bool) -> None:
        pipeline = self._pipelines.pop(place)
        try:
            if settle:
                pipeline.settle()
        except LostCursorError as error:
            _log.warning("another worker has this partition now", place=place, reason=str(error))
        pipeline.close()
        if self._claims is not None:
            self._claims.give_back(place)

    def _let_all_go(self) -> None:
        for pipeline in self._pipelines.values():
            pipeline.close()
        self._pipelines = {}
        if self._claims is not None:
            self._claims.close()
            self._claims = None

    def _settle_all(self) -> None:
        for pipeline in self._pipelines.values():
            try:
                pipeline.settle()
            except (LostCursorError, StoppedError, OperationalError, OSError) as error:
                # Whoever takes it over does it: what is not committed is worked on again.
                _log.warning("the last slices were not committed", reason=str(error))
        self._let_all_go()
