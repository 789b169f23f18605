"""`keng rules try` without its words: here where no centre runs, else as a job of the centre."""

import threading
from pathlib import Path

from keng.detect.sigma import RuleSet
from keng.detect.sigma.correlator import Correlator
from keng.model.detection import Detection
from keng.model.event import Event, LogSource
from keng.rulebench.rule_trial import RuleTrial, trial_of, try_rules
from keng.runtime.data_folder import DataFolder, DataFolderError
from keng.runtime.parts import default_parts
from keng.runtime.retro_command import as_paths, search_history
from keng.runtime.retro_job import Store
from keng.runtime.settings import Settings
from keng.state.retro import RetroJob, RetroRequest, RetroStatus
from keng.store.errors import StoreError
from keng.store.history import DAY_US, History


def try_on_history(
    settings: Settings, ruleset: RuleSet, path: Path | None, since_us: int, agency: str, by: str
) -> list[RuleTrial]:
    """A trial of each rule. path: where the rules lie, None for rules in use. Raises StateError, StoreError, OSError."""
    try:
        folder = DataFolder(settings.data_dir)
    except DataFolderError:
        ids = () if path else tuple(sorted(ruleset.info))
        request = RetroRequest(as_paths([path]) if path else (), ids, since_us, agency, per_rule=100_000)
        job = search_history(settings, request, by, lambda job: None, threading.Event())
        if job.status is RetroStatus.FAILED:
            raise StoreError(job.error) from None
        return _of_job(job, ruleset)
    try:
        parts = default_parts()
        store = parts.open_store(settings)
        try:
            if not isinstance(store, Store):
                raise StoreError("this event store cannot be searched by rules")
            history = History(store.connection(), tag="try")
            try:
                agencies = frozenset((agency,)) if agency else None
                return try_rules(ruleset, history, parts.steps, since_us, agencies)
            finally:
                history.close()
        finally:
            store.close()
    finally:
        folder.release()


def _silent(ruleset: RuleSet) -> frozenset[str]:
    """Rules that speak only through correlations."""
    return frozenset(Correlator(ruleset.rules, ruleset.correlations).silent)


def _of_job(job: RetroJob, ruleset: RuleSet) -> list[RuleTrial]:
    """From the centre's job: counts are whole; alerts and values are of the first 1,000 matches it kept."""
    info = ruleset.info
    first = min((one[2] for one in job.slices), default=0)
    last = max((one[3] for one in job.slices), default=0)
    days = max((last - first) / DAY_US, 1 / 24)
    trials = []
    for rule_id in sorted(set(info) - _silent(ruleset)):
        found = [
            Detection(
                info[rule_id],
                Event({}, LogSource(), one.time_us, one.host, id=one.event_id, agency=one.agency),
                dict(one.matched),
            )
            for one in job.samples
            if one.rule_id == rule_id
        ]
        counts = job.found.get(rule_id, {})
        cut = len(found) < sum(counts.values()) or rule_id in job.noisy
        trials.append(trial_of(info[rule_id], found, counts, job.events, days, job.seconds, cut))
    return trials
