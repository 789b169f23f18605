import asyncio
from typing import Any

import httpx
import pytest
from litestar import Litestar
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from keng.health.cadence import Cadence
from keng.model.agency import Agency, LogSourceEntry, Register
from keng.runtime.metrics import CentreCollector, SourceHealth, metrics_route, source_health
from keng.runtime.stats import Stats
from keng.state.cadences import SourceCadence, save_cadences
from keng.state.database import State
from keng.state.register import load_register
from keng.state.sightings import Sighting, add_sightings


def stats(**changed: Any) -> Stats:
    names = dict.fromkeys(Stats.__struct_fields__, 0)
    return Stats(**{**names, "pipeline_alive": True, "failure": "", "latency_by_agency": {}, **changed})


def status(token: str, peer: str, headers: dict[str, str]) -> int:
    app = Litestar([metrics_route(lambda: stats(stored=7), list, token)], openapi_config=None)

    async def ask() -> int:
        transport = httpx.ASGITransport(app, client=(peer, 50000))
        async with httpx.AsyncClient(transport=transport, base_url="http://centre") as client:
            return (await client.get("/metrics", headers=headers)).status_code

    return asyncio.run(ask())


def test_every_number_is_exported() -> None:
    text = {
        metric.name: metric.samples[0].value
        for metric in CentreCollector(lambda: stats(stored=7), list).collect()
        if metric.samples
    }
    assert text["keng_stored"] == 7
    assert text["keng_healthy"] == 1
    assert {"keng_difference", "keng_journal_bytes", "keng_latency_p99_s"} <= set(text)


def test_a_failing_stage_is_unhealthy() -> None:
    for changed in ({"failure": "store: full"}, {"pipeline_alive": False}):
        metrics = {
            m.name: m.samples[0].value
            for m in CentreCollector(lambda changed=changed: stats(**changed), list).collect()
            if m.samples
        }
        assert metrics["keng_healthy"] == 0


@pytest.mark.parametrize(
    ("token", "peer", "headers", "expected"),
    [
        ("", "127.0.0.1", {}, 200),
        ("", "10.0.0.1", {}, 403),
        ("", "127.0.0.1", {"x-forwarded-for": "10.0.0.1"}, 403),
        ("secret", "127.0.0.1", {}, 403),
        ("secret", "10.0.0.1", {"authorization": "Bearer secret"}, 200),
        ("secret", "10.0.0.1", {"authorization": "Bearer other"}, 403),
        ("", "10.0.0.1", {"authorization": "Bearer "}, 403),
    ],
)
def test_metrics_are_for_this_machine_or_the_token(
    token: str, peer: str, headers: dict[str, str], expected: int
) -> None:
    assert status(token, peer, headers) == expected


def test_the_centre_has_its_numbers_while_the_state_is_away() -> None:
    def away() -> list[SourceHealth]:
        raise OperationalError("select", {}, OSError("no server"))

    found = {m.name: m.samples for m in CentreCollector(lambda: stats(stored=7), away).collect()}
    assert found["keng_stored"][0].value == 7
    assert found["keng_state_answers"][0].value == 0
    assert found["keng_source_silent"] == []


def test_each_source_has_its_numbers(state: State) -> None:
    with state.write() as conn:
        seen = Sighting("bv-dc", "bv", 1, 2_000_000, 9, 6, 2, 1, skew_us=-5_000_000, delay_us=-6_000_000)
        add_sightings(conn, [seen])
        save_cadences(conn, [SourceCadence("bv-dc", "bv", Cadence(), 2_000_000, silent_since_us=2_000_000)])
    collector = CentreCollector(lambda: stats(), lambda: source_health(state))
    found = {
        sample.name: sample.value
        for metric in collector.collect()
        for sample in metric.samples
        if sample.labels == {"agency": "bv", "source": "bv-dc"}
    }
    assert found == {
        "keng_source_received_total": 9,
        "keng_source_unparsed_total": 2,
        "keng_source_rejected_total": 1,
        "keng_source_future_total": 0,
        "keng_source_last_heard_seconds": 2,
        "keng_source_silent": 1,
        "keng_source_skew_seconds": -5,
        "keng_source_delay_seconds": -6,
    }


def test_what_is_written_is_read_by_prometheus_and_labels_are_bounded_by_the_register(state: State) -> None:
    evil = 'a"b\\c\nd'
    sources = tuple(LogSourceEntry(name, "bv", "N") for name in ("bv-dc", "bv-fw", "bv-new"))
    with state.write() as conn:
        load_register(conn, Register((Agency("bv", "B", "B"),), (), sources), 1)
        add_sightings(conn, [Sighting("bv-dc", "bv", 1, 2_000_000, 9), Sighting(evil, "bv", 1, 3_000_000, 1)])
        save_cadences(conn, [SourceCadence("bv-dc", "bv", Cadence(), 2_000_000, silent_since_us=2_000_000)])
    registry = CollectorRegistry()
    by_agency = {"bv": (0.25, 0.5)}
    registry.register(
        CentreCollector(lambda: stats(latency_by_agency=by_agency), lambda: source_health(state))
    )
    families = list(text_string_to_metric_families(generate_latest(registry).decode()))
    assert all(family.documentation and family.type in ("counter", "gauge") for family in families)
    samples = {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}
    assert len(samples) == sum(len(family.samples) for family in families), "no series twice"
    assert samples["keng_source_last_heard_seconds", "bv", evil] == 3
    for name, count in (("speaking", 1), ("silent", 1), ("never", 2)):
        assert samples["keng_agency_sources", "bv", name] == count
    assert samples["keng_agency_latency_seconds", "bv", "0.99"] == 0.5
    assert ("keng_source_last_heard_seconds", "bv", "bv-new") not in samples
