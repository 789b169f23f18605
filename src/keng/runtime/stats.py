"""The state of a running centre in numbers: for the console's health page, the terminal, and /metrics."""

import msgspec

from keng.runtime.accounting import Counts


class Stats(msgspec.Struct, frozen=True):
    """One look at the centre.

    events_per_s: worked on, over the last 10 s. received … alerts: since the start, see `accounting.Counts`.
    waiting: records in the journal that are not worked on yet; queue_batches: the same in journal entries.
    journal_bytes, journal_max_bytes: how full the journal is. difference: records unaccounted for, 0 when all is well.
    latency_median_s: from arrival to visible alerts, of the median event; latency_p99_s: of the slowest slices.
    failure: what the pipeline is stuck on and tries again, "" when all is well. restarts: of background tasks.
    rules_dead, rules_unheard: as of some minutes ago, see `blindness.py`.
    latency_by_agency: the same two, in seconds, of each agency that sent something in the last minute.
    left_out: hits, groups and entries that correlations had to leave out (late, or for want of room).
    """

    started_us: int
    now_us: int
    events_per_s: float
    received: int
    journaled: int
    stored: int
    duplicates: int
    rejected: int
    dropped: int
    unparsed: int
    carried: int
    detected: int
    alerts: int
    waits: int
    waiting: int
    queue_batches: int
    journal_bytes: int
    journal_max_bytes: int
    difference: int
    latency_median_s: float
    latency_p99_s: float
    pipeline_alive: bool
    failure: str
    restarts: int
    rules: int
    left_out: int = 0
    rules_dead: int = 0
    rules_unheard: int = 0
    latency_by_agency: dict[str, tuple[float, float]] = {}


COUNTERS = (
    "received",
    "journaled",
    "stored",
    "duplicates",
    "rejected",
    "dropped",
    "unparsed",
    "waits",
    "alerts",
)


def from_counts(counts: Counts) -> dict[str, int]:
    """The counters of `Stats`, by name."""
    return {name: getattr(counts, name) for name in (*COUNTERS, "carried")} | {"detected": counts.detections}
