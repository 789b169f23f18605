"""A centre whose journal is a NATS server and whose state is PostgreSQL: both are killed under load and come back."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import msgspec
import pytest
from tests.servers.nats import NatsServer
from tests.servers.postgresql import PostgresServer

from keng.journal.lock import InUseError
from keng.runtime.centre import Centre
from keng.runtime.parts import Parts
from keng.runtime.settings import Settings
from keng.state.alerts import AlertFilter, alerts

from .conftest import MemoryStore, register, until


def run(
    tmp_path: Path, settings: Settings, test: Callable[[Settings, NatsServer, PostgresServer], object]
) -> None:
    nats = NatsServer(tmp_path)
    postgres = PostgresServer()
    try:
        asyncio.run(
            test(  # type: ignore[arg-type]
                msgspec.structs.replace(settings, journal_url=nats.url, state_url=postgres.fresh()),
                nats,
                postgres,
            )
        )
    finally:
        nats.kill()
        postgres.close()


def test_broker_and_database_are_killed_under_load_and_everything_acknowledged_is_stored_and_counted_once(
    tmp_path: Path, settings: Settings, parts: Parts, store: MemoryStore
) -> None:
    async def test(placed: Settings, nats: NatsServer, postgres: PostgresServer) -> None:
        centre = Centre(placed, parts)
        await centre.start()
        token = register(centre.state)["bv-win"]
        acked: set[int] = set()
        stop = asyncio.Event()

        async def ship(n: int) -> None:
            async with httpx.AsyncClient(timeout=30) as client:
                while not stop.is_set():
                    body = "".join(
                        f'{{"create":{{"_id":"{i}"}}}}\n{{"message":"evil {i}"}}\n' for i in range(n, n + 5)
                    )
                    url = f"http://127.0.0.1:{centre.ingest_port}/_bulk"
                    answer = await client.post(
                        url, content=body, headers={"Authorization": f"Bearer {token}"}
                    )
                    if answer.status_code == 200:
                        assert not answer.json()["errors"]
                        acked.update(range(n, n + 5))
                        n += 5
                    else:
                        assert answer.status_code in (429, 503)
                        await asyncio.sleep(0.1)

        async def more() -> None:
            wanted = len(acked) + 100
            await until(lambda: len(acked) >= wanted, 40)

        shippers = [asyncio.create_task(ship(k * 1_000_000)) for k in range(3)]  # noqa: TID251
        await more()
        await asyncio.to_thread(nats.kill)
        await asyncio.to_thread(nats.start)
        await more()
        await asyncio.to_thread(postgres.stop, "immediate")
        await asyncio.sleep(2.5)
        assert not centre.tasks.failed.is_set()
        await asyncio.to_thread(postgres.start)
        await more()
        stop.set()
        await asyncio.gather(*shippers)
        await until(lambda: centre.stats.queue_batches == 0, 60)
        assert centre.stats.difference == 0
        stored = [event.raw for event in store.events]
        assert len(stored) == len(set(stored)) == len(acked)
        with centre.state.read() as conn:
            assert sum(alert.count for alert in alerts(conn, AlertFilter(), None)) == len(acked)
        await centre.stop()

    run(tmp_path, settings, test)


def test_a_second_centre_on_the_same_broker_is_refused(
    tmp_path: Path, settings: Settings, parts: Parts
) -> None:
    async def test(placed: Settings, _nats: NatsServer, _postgres: PostgresServer) -> None:
        first = Centre(placed, parts)
        await first.start()
        second = Centre(msgspec.structs.replace(placed, data_dir=tmp_path / "other"), parts)
        with pytest.raises(InUseError, match="another centre"):
            await second.start()
        await first.stop()
        await second.start()
        await second.stop()

    run(tmp_path, settings, test)
