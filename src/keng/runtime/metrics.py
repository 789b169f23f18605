"""The centre's numbers for Prometheus, at `/metrics` of the bulk receiver's port.

Readable from this machine, and from elsewhere with the settings' `metrics_token` as a bearer token.
"""

import ipaddress
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from keng.runtime.stats import COUNTERS, Stats
from keng.state import register
from keng.state.cadences import cadences
from keng.state.database import State
from keng.state.sightings import Sighting, sightings

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_HELP = {
    "received": "Records that arrived at a receiver",
    "journaled": "Records made durable",
    "stored": "Events stored",
    "duplicates": "Records recognised as sent twice",
    "rejected": "Records refused and kept in the quarantine",
    "dropped": "Records lost (UDP)",
    "unparsed": "Events stored raw, of no known format",
    "waits": "Requests told to come again later",
    "alerts": "Alerts raised",
}
_GAUGES = {
    "events_per_s": "Events worked on per second over the last 10 s",
    "waiting": "Records in the journal that are not worked on yet",
    "queue_batches": "Journal entries that are not worked on yet",
    "journal_bytes": "Bytes held by the journal",
    "journal_max_bytes": "Bound of the journal",
    "difference": "Records that cannot be accounted for",
    "latency_median_s": "Seconds from arrival to visible alerts, median event",
    "latency_p99_s": "Seconds from arrival to visible alerts, 99 % of events",
    "rules": "Rules that detection runs",
    "rules_dead": "Rules that can never match, because a field never arrives",
    "rules_unheard": "Rules of whose log source no event has arrived yet",
    "restarts": "Background tasks restarted",
    "left_out": "Hits, groups and entries that correlations left out, late or for want of room",
}
_OF_SOURCE = {
    "received": "Records that arrived from the source",
    "unparsed": "Events of the source stored raw, of no known format",
    "rejected": "Records of the source kept in the quarantine",
    "future": "Events of the source that claim a time after their receipt",
}


class SourceHealth(NamedTuple):
    """One log source: of the register, or heard once. silent: against its learned cadence; last_us 0: never heard."""

    seen: Sighting
    silent: bool


class CentreCollector(Collector):
    """Reads the numbers at each scrape; nothing is kept here."""

    def __init__(self, stats: Callable[[], Stats], sources: Callable[[], Sequence[SourceHealth]]) -> None:
        self._stats = stats
        self._sources = sources

    def collect(self) -> Iterator[Metric]:
        """Every metric, from one look."""
        stats = self._stats()
        for name in COUNTERS:
            yield CounterMetricFamily(f"keng_{name}", _HELP[name], value=getattr(stats, name))
        for name, about in _GAUGES.items():
            yield GaugeMetricFamily(f"keng_{name}", about, value=getattr(stats, name))
        healthy = stats.pipeline_alive and not stats.failure
        yield GaugeMetricFamily(
            "keng_healthy", "1 while the pipeline runs without a failing stage", value=healthy
        )
        sources: Sequence[SourceHealth] = ()
        try:
            sources, answers = self._sources(), True
        except SQLAlchemyError:
            answers = False  # the centre's own numbers are wanted then more than ever
        yield GaugeMetricFamily("keng_state_answers", "1 while the state store answers", value=answers)
        yield from _source_metrics(sources)
        yield from _agency_metrics(sources, stats)


def source_health(state: State) -> list[SourceHealth]:
    """Every source that was heard or ought to be, from the state."""
    with state.read() as conn:
        learned, seen = cadences(conn, None), sightings(conn, None)
        never = [
            SourceHealth(Sighting(entry.id, entry.agency, 0, 0), False)
            for entry in register.sources(conn, None)
            if entry.enabled and entry.id not in seen
        ]
    heard = (
        SourceHealth(one, name in learned and learned[name].silent_since_us > 0) for name, one in seen.items()
    )
    return [*heard, *never]


def _source_metrics(sources: Sequence[SourceHealth]) -> Iterator[Metric]:
    labels = ["agency", "source"]
    counters = {
        name: CounterMetricFamily(f"keng_source_{name}", text, labels=labels)
        for name, text in _OF_SOURCE.items()
    }
    heard = GaugeMetricFamily(
        "keng_source_last_heard_seconds", "When the source was last heard, Unix time", labels=labels
    )
    silent = GaugeMetricFamily(
        "keng_source_silent", "1 while the source is silent against its habit", labels=labels
    )
    skew = GaugeMetricFamily(
        "keng_source_skew_seconds",
        "Receipt minus the events' own time, median of the latest events",
        labels=labels,
    )
    delay = GaugeMetricFamily(
        "keng_source_delay_seconds",
        "Receipt minus the event's own time, the freshest of the latest events",
        labels=labels,
    )
    for one in sources:
        key = [one.seen.agency, one.seen.source]
        for name, family in counters.items():
            family.add_metric(key, getattr(one.seen, name))
        if not one.seen.last_us:
            continue
        heard.add_metric(key, one.seen.last_us / 1e6)
        silent.add_metric(key, one.silent)
        if one.seen.skew_us is not None:
            skew.add_metric(key, one.seen.skew_us / 1e6)
        if one.seen.delay_us is not None:
            delay.add_metric(key, one.seen.delay_us / 1e6)
    yield from (*counters.values(), heard, silent, skew, delay)


def _agency_metrics(sources: Sequence[SourceHealth], stats: Stats) -> Iterator[Metric]:
    states = Counter(
        (one.seen.agency, "silent" if one.silent else "speaking" if one.seen.last_us else "never")
        for one in sources
    )
    family = GaugeMetricFamily(
        "keng_agency_sources", "Log sources of the agency by state", labels=["agency", "state"]
    )
    for agency in sorted({agency for agency, _state in states}):
        for state in ("speaking", "silent", "never"):
            family.add_metric([agency, state], states[agency, state])
    yield family
    latency = GaugeMetricFamily(
        "keng_agency_latency_seconds",
        "From arrival to visible alerts, of events of the agency in the last minute",
        labels=["agency", "quantile"],
    )
    for agency, (median, p99) in sorted(stats.latency_by_agency.items()):
        latency.add_metric([agency, "0.5"], median)
        latency.add_metric([agency, "0.99"], p99)
    yield latency


def metrics_route(
    stats: Callable[[], Stats], sources: Callable[[], Sequence[SourceHealth]], token: str
) -> HTTPRouteHandler:
    """The handler of `/metrics`."""
    registry = CollectorRegistry()
    registry.register(CentreCollector(stats, sources))

    @get("/metrics", sync_to_thread=True)
    def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
        if not _may_read(request, token):
            return Response(b"send the metrics_token of the settings as a bearer token\n", status_code=403)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE)

    return metrics


def _may_read(request: Request[Any, Any, Any], token: str) -> bool:
    scheme, _blank, given = request.headers.get("authorization", "").partition(" ")
    if (
        token
        and scheme.lower() == "bearer"
        and secrets.compare_digest(given.strip().encode(), token.encode())
    ):
        return True
    # A proxy on this machine makes every caller local: it must not pass /metrics on, or a token be set.
    if token or request.client is None or "x-forwarded-for" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
