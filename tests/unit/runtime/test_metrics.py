import asyncio
from typing import Any

import httpx
import pytest
from litestar import Litestar

from keng.health.cadence import Cadence
from keng.runtime.metrics import CentreCollector, metrics_route, source_health
from keng.runtime.stats import Stats
from keng.state.cadences import SourceCadence, save_cadences
from keng.state.database import State
from keng.state.sightings import Sighting, add_sightings


def stats(**changed: Any) -> Stats:
    names = dict.fromkeys(Stats.__struct_fields__, 0)
    return Stats(**{**names, "pipeline_alive": True, "failure": "", **changed})


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


def test_each_source_has_its_numbers(state: State) -> None:
    with state.write() as conn:
        add_sightings(conn, [Sighting("bv-dc", "bv", 1, 2_000_000, 9, 6, 2, 1, skew_us=-5_000_000)])
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
    }
