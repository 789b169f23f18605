"""A running centre: opens what it keeps, starts its receivers and its pipeline, and closes them in order."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import msgspec
import structlog
from sqlalchemy.exc import OperationalError

from keng.collect.http_app import http_app
from keng.collect.intake import Intake
from keng.detect.sigma import RuleSet
from keng.detect.sigma.review import ARRIVALS_FILE
from keng.journal.base import Journal
from keng.journal.jetstream import JetStreamJournal
from keng.runtime import hunting, saving
from keng.runtime.accounting import Accounting, difference, waiting
from keng.runtime.blindness import Blindness, blindness
from keng.runtime.census import Census
from keng.runtime.changes import Changes
from keng.runtime.clock import Clock, now_us
from keng.runtime.consumer import Consumer
from keng.runtime.control import Control
from keng.runtime.data_folder import DataFolder
from keng.runtime.expiry import expire_events
from keng.runtime.fairness import Fairness
from keng.runtime.far_pipeline import FarPipeline
from keng.runtime.health_watch import HealthWatch
from keng.runtime.housekeeping import forget
from keng.runtime.http_server import HttpServer, bind
from keng.runtime.hunter import Hunter
from keng.runtime.identity import event_ids
from keng.runtime.journals import open_journal
from keng.runtime.levels import Levels
from keng.runtime.listeners import Listeners
from keng.runtime.metrics import metrics_route, source_health
from keng.runtime.parts import Parts, default_parts
from keng.runtime.pipeline import CONSUMER, Pipeline
from keng.runtime.pipeline_parts import Loaded
from keng.runtime.prepare import Preparation
from keng.runtime.reception import Reception
from keng.runtime.reserve import Reserve
from keng.runtime.retro_job import Store as HasHistory
from keng.runtime.retro_worker import RetroWorker
from keng.runtime.rule_watch import RuleWatch
from keng.runtime.senders import Senders
from keng.runtime.settings import Settings
from keng.runtime.stats import Stats, from_counts
from keng.runtime.tasks import Tasks
from keng.runtime.watching import Watching
from keng.runtime.zones import Zones
from keng.state import cursors
from keng.state.database import State, open_state
from keng.store.base import EventStore
from keng.store.errors import StoreError

FLUSH_S = 1.0
WATCH_S = 1.0
ROOM_S = 0.25
HUNT_S = 15.0
FORGET_S = 3600.0
BLIND_S = 300.0
BEHIND_S = 30.0  # of work in the journal: what a source sent meanwhile is not counted yet
_log = structlog.get_logger("keng.runtime.centre")


class Centre:
    """start() raises DataFolderError, PortError, OSError, StateError or StoreError with a text for people.

    While it runs: state, store, journal, changes, stats, ruleset; ingest_port, syslog_port and `listeners` as bound.
    `tasks.failed` is set when it cannot go on and must be stopped.
    """

    state: State
    store: EventStore
    journal: Journal
    changes: Changes
    tasks: Tasks
    control: Control
    ruleset: Any
    listeners: Listeners
    ingest_port: int
    syslog_port: int

    def __init__(self, settings: Settings, parts: Parts | None = None, clock: Clock = now_us) -> None:
        self.settings = settings
        self._parts = parts or default_parts()
        self._clock = clock
        self._accounting = Accounting()
        self._closing = AsyncExitStack()
        self._started_us = 0
        self._blindness = Blindness(0, 0)
        self._reloading = asyncio.Lock()
        self._stopping = False
        self._retro: RetroWorker | None = None

    async def start(self) -> None:
        """Open, load, listen. On failure everything that was opened is closed again."""
        try:
            await self._start()
        except BaseException:
            await self._closing.aclose()
            raise

    async def stop(self) -> None:
        """Close the doors, finish what is at hand, close the stores. What the journal holds waits for the next start."""
        self._stopping = True
        await self._closing.aclose()
        _log.info("centre stopped")

    async def reload_rules(self) -> Any:
        """Read all rules again and use them from the next slice on; returns the new rule set."""
        async with self._reloading:
            loaded, ruleset = await asyncio.to_thread(self._parts.load_engine, self.settings)
            self._pipeline.replace_detector(loaded)
            self.ruleset = ruleset
            if self._retro is not None:
                await asyncio.to_thread(self._retro.use_rules, ruleset)
            return ruleset

    def _search_history(self) -> RetroWorker | None:
        """The searcher of history; None with a store or rules of another make, which cannot be asked so."""
        if not isinstance(self.store, HasHistory) or not isinstance(self.ruleset, RuleSet):
            return None
        worker = RetroWorker(
            self.state,
            self.store,
            self._parts.steps,
            self._clock,
            self.changes.publish,
            self.settings.cache_dir,
        )
        worker.start(self.ruleset)
        return worker

    @property
    def stats(self) -> Stats:
        """The numbers of this moment."""
        now = self._clock()
        before = self._queue()
        counts = self._accounting.counts()
        queue = self._queue()
        waits = waiting(counts)
        median, p99 = self._pipeline.latency.percentiles(now)
        return Stats(
            started_us=self._started_us,
            now_us=now,
            events_per_s=self._pipeline.latency.rate(now),
            **from_counts(counts),
            waiting=waits,
            queue_batches=queue,
            journal_bytes=self.journal.size_bytes(),
            journal_max_bytes=self.settings.journal_max_bytes,
            # While records are on their way, the two sides are counted at different moments: they must agree at rest.
            difference=difference(counts, waits if before or queue or self._reception.under_way else 0),
            latency_median_s=median,
            latency_p99_s=p99,
            pipeline_alive=self._consumer.alive,
            failure=self._pipeline.failure or self._reserve.failure,
            restarts=self.tasks.restarts,
            rules=len(self.ruleset.info),
            rules_dead=self._blindness.dead,
            rules_unheard=self._blindness.unheard,
            left_out=self._pipeline.left_out,
            latency_by_agency=self._pipeline.latency.of_agencies(now),
        )

    def _queue(self) -> int:
        return self.journal.last_offset() - self._pipeline.counted

    async def _start(self) -> None:
        settings, closing = self.settings, self._closing
        self._started_us = self._clock()
        folder = DataFolder(settings.data_dir)
        closing.callback(folder.release)
        self._reserve = Reserve(settings.data_dir)
        closing.callback(self._reserve.release)
        http = bind(settings.ingest_host, settings.ingest_port, "--ingest-port")
        closing.callback(http.close)
        self.listeners = Listeners(settings, closing)
        self.syslog_port = self.listeners.syslog_port

        self.state = await asyncio.to_thread(open_state, settings.state_place)
        closing.callback(self.state.close)
        with self.state.read() as conn:
            cursor = cursors.get(conn, CONSUMER)
        self.journal = await asyncio.to_thread(open_journal, settings, cursor.offset)
        closing.callback(self.journal.close)
        self.store = await asyncio.to_thread(self._parts.open_store, settings, Levels(self.state))
        closing.callback(self.store.close)
        loaded, self.ruleset = await asyncio.to_thread(self._parts.load_engine, settings)

        self.changes = Changes()
        self.tasks = Tasks()
        closing.push_async_callback(self.tasks.stop)
        self._pipeline: Pipeline | FarPipeline
        self._consumer: Consumer | FarPipeline
        if settings.workers:
            assert isinstance(self.journal, JetStreamJournal)
            self._pipeline = self._consumer = FarPipeline(
                self.journal, self.state, self._accounting, self.changes.publish, self._clock
            )
        else:
            self._pipeline = self._near_pipeline(loaded)
            self._consumer = Consumer(self._pipeline)
        closing.callback(self._pipeline.close)
        self._accounting.add(carried=self.journal.records_after(self._pipeline.offset))
        self._consumer.start()
        closing.push_async_callback(asyncio.to_thread, self._consumer.stop)

        self._retro = await asyncio.to_thread(self._search_history)
        if self._retro is not None:
            closing.push_async_callback(asyncio.to_thread, self._retro.stop)
        self.control = Control(settings.data_dir)
        self.control.add(hunting.CALL, hunting.handler(self.store, self.state))
        self.control.add(saving.BACKUP, saving.backup_handler(settings, self.store, self.state, self.journal))
        self.control.add(saving.VERIFY, saving.verify_handler(settings, self.store, self.state))
        self.control.add("stats", lambda _call: iter([msgspec.structs.asdict(self.stats)]))
        self.control.start()
        closing.callback(self.control.stop)
        await self._open_door(http)
        self.tasks.start("watch", self._watch)
        self.tasks.start("reserve", self._keep_room)
        self.tasks.start("rules", RuleWatch(settings.data_dir, self.reload_rules).run)
        self._health = HealthWatch(self.state, self.changes.publish, self._clock, self.settings.look_s)
        closing.push_async_callback(asyncio.to_thread, self._health.save)
        self.tasks.start("health", self._look_after_sources)
        self.tasks.start("housekeeping", self._forget)
        self.tasks.start("hunts", self._hunt)
        self.tasks.start("blindness", self._count_blind_rules)
        _log.info(
            "centre started",
            ingest_port=self.ingest_port,
            syslog_port=self.syslog_port,
            rules=len(self.ruleset.info),
        )

    def _near_pipeline(self, loaded: Loaded) -> Pipeline:
        settings = self.settings
        beside = self._parts.beside(settings)
        if beside is not None:
            beside.start()
            self._closing.callback(beside.close)
        return Pipeline(
            self.journal,
            self.store,
            self.state,
            loaded,
            Preparation(self._parts.steps, event_ids, Zones(self.state)),
            self._accounting,
            self.changes.publish,
            self._clock,
            settings.dedupe_window,
            census=None if beside else Census(settings.cache_dir / ARRIVALS_FILE),
            beside=beside,
        )

    async def _open_door(self, http: socket.socket) -> None:
        settings, closing = self.settings, self._closing
        senders = Senders(self.state, self._clock)
        pipeline = self._pipeline
        # Workers say how far they are only now and then: nobody is held back for that.
        fairness = Fairness(
            (lambda: 1 << 62) if settings.workers else (lambda: pipeline.counted),
            lambda: pipeline.latency.rate(self._clock()),
            self._consumer.hurry.set,
        )
        reception = Reception(
            self.journal,
            self.state,
            senders,
            self._accounting,
            self._clock,
            self.tasks.fail,
            fairness,
            lambda: self._reserve.spent,
        )
        closing.push_async_callback(asyncio.to_thread, reception.flush)
        closing.callback(reception.close)
        self._reception = reception
        self.tasks.start("flush", self._flush)
        await self.listeners.start(reception, senders, self.tasks)
        app = http_app(
            Intake(reception, settings.max_body_bytes),
            [metrics_route(lambda: self.stats, lambda: source_health(self.state), settings.metrics_token)],
        )
        watching = Watching(
            settings.watch, settings.data_dir / "watch", reception, self.state, asyncio.get_running_loop()
        )
        watching.start()
        closing.push_async_callback(asyncio.to_thread, watching.stop)
        server = HttpServer(app, http, settings.tls_certificate, settings.tls_key)
        await server.start()
        closing.push_async_callback(server.stop)
        closing.callback(fairness.off)
        self._server = server
        self.ingest_port = server.port

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_S)
            try:
                await asyncio.to_thread(self._reception.flush)
            except OperationalError as error:
                # A database server may be away for a while; what was to be written waits.
                _log.error("refused records could not be kept yet", reason=str(error.orig))
            self.listeners.count_kernel_drops()

    async def _keep_room(self) -> None:
        while True:
            await asyncio.sleep(ROOM_S)
            self._reserve.look()

    async def _look_after_sources(self) -> None:
        while True:
            await asyncio.sleep(self.settings.look_s)
            stats = self.stats
            behind = stats.waiting > stats.events_per_s * BEHIND_S
            if not behind:
                await asyncio.to_thread(self._health.look)

    async def _count_blind_rules(self) -> None:
        while True:
            if isinstance(self.ruleset, RuleSet):
                self._blindness = await asyncio.to_thread(blindness, self.ruleset, self.settings.data_dir)
            await asyncio.sleep(BLIND_S)

    async def _hunt(self) -> None:
        """Saved hunts whose time has come."""
        hunter = Hunter(self.state, self.store, self._clock, self._queue)
        while True:
            await asyncio.sleep(HUNT_S)
            try:
                await asyncio.to_thread(hunter.look)
            except (OperationalError, StoreError) as error:
                # The state's server may be away for a while; hunts look at the same span next time.
                _log.error("hunts could not run yet", reason=str(error))

    async def _forget(self) -> None:
        """What nobody can ask for again (counted detections of long ago, sessions that are over), and events of old."""
        while True:
            await asyncio.to_thread(forget, self.state, self._clock())
            try:
                await asyncio.to_thread(expire_events, self.state, self.store, self.settings, self._clock())
            except (OperationalError, StoreError) as error:
                # Tried again with the next look; nothing is lost by keeping events an hour longer.
                _log.error("old events could not be deleted yet", reason=str(error))
            await asyncio.sleep(FORGET_S)

    async def _watch(self) -> None:
        """Ends the process loudly when a part that nothing can restart has died."""
        checks: dict[str, Callable[[], bool]] = {
            "the pipeline's thread has died": lambda: self._consumer.alive,
            "the bulk receiver has died": lambda: self._server.alive,
        }
        while True:
            await asyncio.sleep(WATCH_S)
            for reason, well in checks.items():
                if not well() and not self._stopping:
                    self.tasks.fail(reason)
