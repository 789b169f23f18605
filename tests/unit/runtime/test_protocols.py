"""Each HTTP protocol from its request to the stored event, with the real formats."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
import pytest
import uvloop
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource

from keng.runtime.centre import Centre
from keng.runtime.parts import Parts
from keng.runtime.settings import Settings

from .conftest import MemoryStore, register, until

Test = Callable[[Centre, dict[str, str]], Coroutine[Any, Any, None]]
LOGON = {"EventID": 4625, "Channel": "Security", "Computer": "dc01", "TargetUserName": "an"}


@pytest.fixture
def run(settings: Settings, parts: Parts) -> Callable[[Test], None]:
    async def running(test: Test) -> None:
        centre = Centre(settings, parts)
        await centre.start()
        try:
            await test(centre, register(centre.state))
            await until(lambda: centre.stats.queue_batches == 0)
            assert centre.stats.difference == 0
        finally:
            await centre.stop()

    return lambda test: uvloop.run(running(test))


async def hec(centre: Centre, token: str, body: bytes, path: str = "") -> dict[str, Any]:
    url = f"http://127.0.0.1:{centre.ingest_port}/services/collector{path}"
    async with httpx.AsyncClient() as client:
        answer = await client.post(url, content=body, headers={"Authorization": f"Splunk {token}"})
    told: dict[str, Any] = answer.json()
    return told


def test_hec_events_are_what_they_carry_and_timed_ones_are_recognised_when_sent_again(
    run: Callable[[Test], None], store: MemoryStore
) -> None:
    async def test(centre: Centre, tokens: dict[str, str]) -> None:
        timed = json.dumps({"time": 1_790_000_000.25, "host": "relay", "event": LOGON}).encode()
        for _n in range(2):
            assert (await hec(centre, tokens["bv-win"], timed))["code"] == 0
        for _n in range(2):
            assert (await hec(centre, tokens["bv-win"], b"no format knows this line\n", "/raw"))["code"] == 0
        await until(lambda: len(store.events) == 3 and centre.stats.duplicates == 1)
        event = store.events[0]
        assert (event.agency, event.source, event.format) == ("bv", "bv-win", "windows_flat")
        assert event.fields["TargetUserName"] == "an"
        assert (event.time_us, event.host) == (1_790_000_000_250_000, "dc01")
        assert [one.raw for one in store.events[1:]] == ["no format knows this line"] * 2

    run(test)


def test_records_of_the_opentelemetry_sdk_are_what_they_carry(
    run: Callable[[Test], None], store: MemoryStore
) -> None:
    def send(port: int, token: str) -> None:
        exporter = OTLPLogExporter(
            endpoint=f"http://127.0.0.1:{port}/v1/logs", headers={"authorization": f"Bearer {token}"}
        )
        provider = LoggerProvider(Resource.create({"host.name": "dc01"}))
        provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
        logger = provider.get_logger("app")
        logger.emit(body=json.dumps(LOGON), timestamp=1_790_000_000_000_000_000)
        logger.emit(body="evil", attributes={"user.name": "an"}, timestamp=1_790_000_000_500_000_000)
        provider.shutdown()

    async def test(centre: Centre, tokens: dict[str, str]) -> None:
        await asyncio.to_thread(send, centre.ingest_port, tokens["so-win"])
        await until(lambda: len(store.events) == 2)
        windows, other = store.events
        assert (windows.agency, windows.format) == ("so", "windows_flat")
        assert windows.fields["TargetUserName"] == "an"
        assert (other.host, other.time_us) == ("dc01", 1_790_000_000_500_000)
        assert other.fields["attributes.user.name"] == "an"
        assert other.fields["resource.host.name"] == "dc01"
        await until(lambda: centre.stats.alerts == 1)

    run(test)
