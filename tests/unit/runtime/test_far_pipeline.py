"""A centre that only receives, with a worker that detects and stores."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from tests.servers.nats import NatsServer
from tests.servers.postgresql import PostgresServer

from keng.detect.sigma import RuleSet, load_rules
from keng.journal.lock import InUseError
from keng.model.event import Event
from keng.runtime.centre import Centre
from keng.runtime.far_pipeline import FarPipeline
from keng.runtime.journals import open_journal
from keng.runtime.parts import Parts
from keng.runtime.settings import Settings
from keng.runtime.worker import Worker, WorkerParts

from .conftest import STEPS, MemoryStore, register, until

RULE = """
title: Marked
id: 00000000-0000-4000-8000-000000000002
status: test
logsource: {product: linux}
detection: {selection: {message|contains: kengtestmark}, condition: selection}
level: high
"""


class SharedStore(MemoryStore):
    """One store for the centre and the worker, which both may close."""

    def insert(self, events: Sequence[Event]) -> None:
        super().insert(events)


def test_a_centre_receives_workers_detect_and_the_console_hears_of_it(tmp_path: Path, parts: Parts) -> None:
    nats, postgres = NatsServer(tmp_path), PostgresServer(durable=False)
    (tmp_path / "rule.yml").write_text(RULE)
    settings = Settings(
        data_dir=tmp_path / "data", port=0, ingest_port=0, syslog_port=-1, workers=True,
        journal_url=nats.url, state_url=postgres.fresh(), store_url="clickhouse://127.0.0.1:1/none",
    )  # fmt: skip
    store = SharedStore()
    ruleset: RuleSet = load_rules([tmp_path / "rule.yml"])

    async def test() -> None:
        centre = Centre(settings, parts._replace(open_store=lambda *_about: store))  # type: ignore[arg-type, return-value]
        await centre.start()
        token = register(centre.state)["so-win"]
        assert isinstance(centre._pipeline, FarPipeline)
        lines = [
            f"Nov  3 10:00:00 fw1 sshd[1]: number {n} {'kengtestmark' if n % 5 == 0 else ''}"
            for n in range(20)
        ]
        with centre.changes.subscribe() as changes:
            async with httpx.AsyncClient(timeout=30) as client:
                body = "".join(f'{{"create":{{}}}}\n{{"message":"{line}"}}\n' for line in lines)
                url = f"http://127.0.0.1:{centre.ingest_port}/_bulk"
                answer = await client.post(url, content=body, headers={"Authorization": f"Bearer {token}"})
                assert answer.status_code == 200
            await until(lambda: "no worker" in centre.stats.failure)
            assert centre.stats.waiting == 20
            worker = Worker(
                settings,
                WorkerParts(lambda *_about: store, lambda _settings: ruleset, STEPS),  # type: ignore[arg-type, return-value]
            )
            thread = threading.Thread(target=worker.run)
            thread.start()
            try:
                change = await asyncio.wait_for(changes.get(), 20)
                assert change.kind == "new"
                assert change.alert.rule.title == "Marked"
                await until(lambda: centre.stats.waiting == 0)
                stats = centre.stats
                assert (stats.difference, stats.failure, stats.queue_batches) == (0, "", 0)
                assert len(store.events) == 20
                assert len(worker.held) == 16
                with pytest.raises(InUseError, match="another centre"):
                    open_journal(Settings(data_dir=tmp_path / "other", journal_url=nats.url), 0)
            finally:
                worker.stop.set()
                await asyncio.to_thread(thread.join, 20)
        await centre.stop()

    try:
        asyncio.run(test())
    finally:
        nats.kill()
        postgres.close()


def test_workers_and_a_centre_that_works_alone_refuse_each_other(tmp_path: Path) -> None:
    nats = NatsServer(tmp_path)
    alone = Settings(data_dir=tmp_path / "data", journal_url=nats.url)
    together = Settings(data_dir=tmp_path / "data", journal_url=nats.url, workers=True)
    try:
        from keng.journal.jetstream import JetStreamJournal

        one, two = JetStreamJournal(nats.url, 1 << 28), JetStreamJournal(nats.url, 1 << 28)
        one.join()
        two.join()
        with pytest.raises(InUseError, match="workers are at the stream"):
            open_journal(alone, 0)
        open_journal(together, 0).close()
        one.close()
        two.close()
        centre = open_journal(alone, 0)
        three = JetStreamJournal(nats.url, 1 << 28)
        with pytest.raises(InUseError, match="by itself"):
            three.join()
        three.close()
        centre.close()
    finally:
        nats.kill()
