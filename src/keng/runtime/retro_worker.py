"""The centre's thread that searches history: asked by a person's job, or because a rule is new or has changed."""

import threading
from collections.abc import Callable
from pathlib import Path

import structlog
from sqlalchemy.exc import OperationalError

from keng.detect.sigma import RuleSet
from keng.model.alert import AlertChange
from keng.runtime.clock import Clock
from keng.runtime.prepare import Steps
from keng.runtime.retro_job import Store, digests, run_job
from keng.state import retro as jobs
from keng.state.database import State
from keng.state.retro import RetroJob, RetroRequest
from keng.store.history import HistoryLimits

WATCH_S = 1.0
PAUSE = 1.0
"""Rest for each second of work: the stream goes first."""
LIMITS = HistoryLimits(threads=1)
_log = structlog.get_logger("keng.runtime.retro")


class RetroWorker:
    """start(), stop(); use_rules() when the centre has read its rules anew."""

    def __init__(
        self,
        state: State,
        store: Store,
        steps: Steps,
        clock: Clock,
        publish: Callable[[list[AlertChange]], None],
        cache_dir: Path | None = None,
        watch_s: float = WATCH_S,
        pause: float = PAUSE,
    ) -> None:
        self._state = state
        self._store = store
        self._steps = steps
        self._clock = clock
        self._publish = publish
        self._cache_dir = cache_dir
        self._watch_s = watch_s
        self._pause = pause
        self._ruleset: RuleSet | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="retro", daemon=True)

    def start(self, ruleset: RuleSet) -> None:
        """Begin. Rules that changed while the centre was down are looked for, too."""
        self.use_rules(ruleset)
        self._thread.start()

    def stop(self, timeout_s: float = 30.0) -> bool:
        """End after the slice at hand, which is left for the next start; false if it did not end in time."""
        self._stop.set()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def use_rules(self, ruleset: RuleSet) -> RetroJob | None:
        """These are the rules now. What is new in them, or changed, is looked for in history: the job, if there is one.

        A centre that starts for the first time has no history to search.
        """
        self._ruleset = ruleset
        now = digests(ruleset)
        with self._state.write() as conn:
            before = jobs.known_rules(conn)
            changed = sorted(
                rule_id for rule_id, digest in now.items() if before.get(rule_id[:128]) != digest
            )
            if not changed and len(before) == len(now):
                return None
            jobs.remember_rules(conn, now)
            if not before or not changed:
                return None
            request = RetroRequest(rule_ids=tuple(changed), record=True)
            job = jobs.ask(conn, request, "reload", "centre", self._clock())
        _log.info("history is searched for new and changed rules", job=job.id, rules=len(changed))
        return job

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                worked = self._work()
            except OperationalError as error:
                _log.error("the jobs of searching history cannot be read", reason=str(error.orig))
                worked = False
            except Exception:
                # A fault in the search must not end the centre: the job says so, and the next is taken.
                _log.exception("a search of history broke")
                worked = self._fail()
            if not worked:
                self._stop.wait(self._watch_s)

    def _work(self) -> bool:
        with self._state.read() as conn:
            job = jobs.next_job(conn)
        if job is None or self._ruleset is None:
            return False
        ended = run_job(
            job,
            self._state,
            self._store,
            self._ruleset,
            self._steps,
            self._clock,
            self._publish,
            self._pause,
            self._stop,
            cache_dir=self._cache_dir,
            limits=LIMITS,
        )
        _log.info(
            "search of history ended",
            job=ended.id,
            status=ended.status.value,
            events=ended.events,
            found=sum(sum(of_rule.values()) for of_rule in ended.found.values()),
            seconds=round(ended.seconds, 1),
            reason=ended.error,
        )
        return True

    def _fail(self) -> bool:
        with self._state.write() as conn:
            job = jobs.next_job(conn)
            if job is not None:
                jobs.fail(conn, job.id, "it broke: see the log of the centre", self._clock())
        return False
