"""One job of searching history, from its row to its end: by a running centre, or by `keng retro` where none runs."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import msgspec

from keng.alerts.group import sample_of
from keng.detect.sigma import RuleSet, load_rules
from keng.detect.sigma.rule import Correlation, Rule
from keng.i18n import _
from keng.model.alert import AlertChange
from keng.model.detection import Detection
from keng.runtime.clock import Clock
from keng.runtime.prepare import Steps
from keng.runtime.retro import CancelledError, Retro
from keng.state import retro as jobs
from keng.state.alerts import record_detections
from keng.state.database import State
from keng.state.retro import MAX_SAMPLES, RetroJob, RetroSample, RetroStatus
from keng.store.errors import StoreError
from keng.store.history import History, HistoryLimits, Slice
from keng.store.link import Link


@runtime_checkable
class Store(Protocol):
    """What a search of history needs of the event store."""

    def connection(self) -> Link: ...


def subset(ruleset: RuleSet, rule_ids: Iterable[str]) -> RuleSet:
    """These rules and correlations, the rules that correlations need, and the correlations that need these rules."""
    wanted = set(rule_ids)
    if not wanted:
        return ruleset
    by_name = {name: one.info.id for one in all_of(ruleset) for name in (one.info.id, one.name) if name}
    chosen = [
        one
        for one in ruleset.correlations
        if one.info.id in wanted or any(by_name.get(name) in wanted for name in one.rules)
    ]
    needed = wanted | {one.info.id for one in chosen}
    for one in reversed(ruleset.correlations):  # each stands after those it refers to
        if one.info.id in needed:
            needed |= {by_name[name] for name in one.rules if name in by_name}
    return msgspec.structs.replace(
        ruleset,
        rules=tuple([rule for rule in ruleset.rules if rule.info.id in needed]),
        correlations=tuple([one for one in ruleset.correlations if one.info.id in needed]),
        content_hash="",
        cache_dir="",
    )


def digests(ruleset: RuleSet) -> dict[str, str]:
    """Rule id → what it says, without where it lies and how it is described."""
    return {one.info.id: _digest(one) for one in all_of(ruleset)}


def all_of(ruleset: RuleSet) -> Sequence[Rule | Correlation]:
    """Plain rules and correlations."""
    return (*ruleset.rules, *ruleset.correlations)


_MEANT = (
    "kind", "rules", "timespan_us", "conditions", "group_by", "fields", "aliases", "percentile", "terms"
)  # fmt: skip


def _digest(one: Rule | Correlation) -> str:
    parts: list[object] = (
        [one.source, one.selections, one.condition]
        if isinstance(one, Rule)
        else [getattr(one, name) for name in _MEANT]
    )
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:32]


def run_job(
    found: RetroJob,
    state: State,
    store: Store,
    ruleset: RuleSet,
    steps: Steps,
    clock: Clock,
    publish: Callable[[list[AlertChange]], None] = lambda changes: None,
    pause: float = 0.0,
    stop: threading.Event | None = None,
    tell: Callable[[RetroJob], None] = lambda job: None,
    cache_dir: Path | None = None,
    limits: HistoryLimits | None = None,
) -> RetroJob:
    """Work on a job until it is done, cancelled or failed; its last row. pause: rest for each second of work.

    When `stop` is set the job stays open, to go on at the next slice. tell: called after each slice.
    """
    stopping = stop or threading.Event()
    history = History(store.connection(), limits, f"retro-{found.id}")
    try:
        return _Run(found, state, history, steps, clock, publish, tell).work(
            _rules(found, ruleset, cache_dir), pause, stopping
        )
    except CancelledError:
        if stopping.is_set():
            return found
        return _end(state, found.id, RetroStatus.CANCELLED, clock)
    except (StoreError, OSError) as error:
        with state.read() as conn:
            cancelled = jobs.cancelling(conn, found.id)
        status = RetroStatus.CANCELLED if cancelled else RetroStatus.FAILED
        return _end(state, found.id, status, clock, "" if cancelled else str(error)[:1000])
    finally:
        history.close()


def _rules(found: RetroJob, ruleset: RuleSet, cache_dir: Path | None) -> RuleSet:
    if found.request.paths:
        ruleset = load_rules([Path(path) for path in found.request.paths], cache_dir)
        if not ruleset.rules and not ruleset.correlations:
            first = next(
                (f": {one.path}:{one.line}: {one.text()}" for one in ruleset.errors if one.fatal), ""
            )
            raise OSError(
                _("no rule could be read from {paths}", paths=", ".join(found.request.paths)) + first
            )
    wanted = found.request.rule_ids
    if found.origin == "person" and wanted:
        by_name = {
            name.casefold(): one.info.id
            for one in all_of(ruleset)
            for name in (one.info.title, one.name, one.info.id)
            if name
        }
        missing = [name for name in wanted if name.casefold() not in by_name]
        if missing:
            raise OSError(_("there is no rule {names} among these rules", names=", ".join(missing[:5])))
        wanted = tuple([by_name[name.casefold()] for name in wanted])
    return subset(ruleset, wanted)


def _end(state: State, job_id: int, status: RetroStatus, clock: Clock, error: str = "") -> RetroJob:
    with state.write() as conn:
        last = jobs.job(conn, job_id)
        if last is None:
            raise OSError(_("the job is gone"))
        last = msgspec.structs.replace(last, status=status, error=error, updated_us=clock())
        jobs.save(conn, last)
    return last


class _Run:
    def __init__(
        self,
        found: RetroJob,
        state: State,
        history: History,
        steps: Steps,
        clock: Clock,
        publish: Callable[[list[AlertChange]], None],
        tell: Callable[[RetroJob], None],
    ) -> None:
        self._job = found
        self._state = state
        self._history = history
        self._steps = steps
        self._clock = clock
        self._publish = publish
        self._tell = tell
        self._started = time.monotonic()

    def work(self, ruleset: RuleSet, pause: float, stop: threading.Event) -> RetroJob:
        request = self._job.request
        agencies = frozenset((request.agency,)) if request.agency else None
        slices = [Slice(*row) for row in self._job.slices]
        # What correlations had kept is gone with the process: then it begins anew, and nothing is counted twice.
        done = 0 if ruleset.correlations or not slices else self._job.done
        if not done:
            slices = list(self._history.slices(request.since_us, agencies))
        fresh = (
            {} if done else {"found": {}, "samples": (), "noisy": (), "events": 0, "done": 0, "seconds": 0.0}
        )
        self._save(
            [],
            status=RetroStatus.RUNNING,
            slices=tuple(tuple(one) for one in slices),
            of_events=sum(one.events for one in slices),
            **fresh,
        )
        search = Retro(ruleset, self._history, self._steps, agencies, request.per_rule)
        for found in search.run(slices, pause, self._cancelled, done, stop):
            self._save(
                found.detections,
                done=found.progress.slices,
                events=found.progress.events,
                noisy=tuple(sorted(search.noisy)),
            )
        if search.overflowed:
            self._save([], error=_("too many events for the correlations: what they say is not complete"))
        self._save([], status=RetroStatus.DONE)
        return self._job

    def _cancelled(self) -> bool:
        with self._state.read() as conn:
            return jobs.cancelling(conn, self._job.id)

    def _save(self, detections: list[Detection], **changed: object) -> None:
        job = self._job
        counts = {rule_id: dict(agencies) for rule_id, agencies in job.found.items()}
        for detection in detections:
            of_rule = counts.setdefault(detection.rule.id, {})
            of_rule[detection.event.agency] = of_rule.get(detection.event.agency, 0) + 1
        kept, seen = list(job.samples), {one.rule_id for one in job.samples}
        for detection in detections:
            # Every rule that finds something has a sample, however much others find before it.
            if len(kept) < MAX_SAMPLES or detection.rule.id not in seen:
                kept.append(_sample(detection))
                seen.add(detection.rule.id)
        now = time.monotonic()
        self._job = msgspec.structs.replace(
            job,
            **{
                "found": counts,
                "samples": tuple(kept),
                "updated_us": self._clock(),
                "seconds": job.seconds + now - self._started,
                **changed,
            },
        )
        self._started = now
        changes: list[AlertChange] = []
        with self._state.write() as conn:
            if detections and job.request.record:
                changes = record_detections(conn, detections, self._clock(), found_later=True)
            jobs.save(conn, self._job)
        if changes:
            self._publish(changes)
        self._tell(self._job)


def _sample(detection: Detection) -> RetroSample:
    event, rule = detection.event, detection.rule
    matched = dict(list(sample_of(detection).matched.items())[:8])
    return RetroSample(
        rule.id,
        rule.title,
        rule.severity.level,
        event.id,
        event.time_us,
        event.agency,
        event.host[:200],
        {name: value[:300] for name, value in matched.items()},
    )
