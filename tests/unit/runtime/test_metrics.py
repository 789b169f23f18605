import asyncio
from typing import Any

import httpx
import pytest
from litestar import Litestar

from keng.runtime.metrics import CentreCollector, metrics_route
from keng.runtime.stats import Stats


def stats(**changed: Any) -> Stats:
    names = dict.fromkeys(Stats.__struct_fields__, 0)
    return Stats(**{**names, "pipeline_alive": True, "failure": "", **changed})


def status(token: str, peer: str, headers: dict[str, str]) -> int:
    app = Litestar([metrics_route(lambda: stats(stored=7), token)], openapi_config=None)

    async def ask() -> int:
        transport = httpx.ASGITransport(app, client=(peer, 50000))
        async with httpx.AsyncClient(transport=transport, base_url="http://centre") as client:
            return (await client.get("/metrics", headers=headers)).status_code

    return asyncio.run(ask())


def test_every_number_is_exported() -> None:
    text = {
        metric.name: metric.samples[0].value for metric in CentreCollector(lambda: stats(stored=7)).collect()
    }
    assert text["keng_stored"] == 7
    assert text["keng_healthy"] == 1
    assert {"keng_difference", "keng_journal_bytes", "keng_latency_p99_s"} <= set(text)


def test_a_failing_stage_is_unhealthy() -> None:
    for changed in ({"failure": "store: full"}, {"pipeline_alive": False}):
        metrics = {m.name: m.samples[0].value for m in CentreCollector(lambda: stats(**changed)).collect()}  # noqa: B023
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
