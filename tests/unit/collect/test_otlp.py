import gzip
import json
import logging
from collections.abc import Callable

import httpx
import pytest
from opentelemetry._logs import SeverityNumber
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource

from keng.collect.ports import Outcome

from .conftest import DISABLED, TOKEN, MemoryDoor

PROTOBUF, JSON = "application/x-protobuf", "application/json"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def request(*bodies: str) -> ExportLogsServiceRequest:
    made = ExportLogsServiceRequest()
    group = made.resource_logs.add()
    pair = group.resource.attributes.add(key="host.name")
    pair.value.string_value = "dc01"
    scope = group.scope_logs.add()
    scope.scope.name = "app"
    for n, body in enumerate(bodies):
        record = scope.log_records.add(time_unix_nano=1_780_000_000_123_456_789 + n, severity_number=9)
        record.body.string_value = body
    return made


def post(url: str, body: bytes, kind: str, **headers: str) -> httpx.Response:
    return httpx.post(url + "/v1/logs", content=body, headers={**BEARER, "Content-Type": kind, **headers})


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip, Compression.Deflate])
def test_the_opentelemetry_sdk_delivers(elastic: str, door: MemoryDoor, compression: Compression) -> None:
    exporter = OTLPLogExporter(
        endpoint=elastic + "/v1/logs", headers={"authorization": f"Bearer {TOKEN}"}, compression=compression
    )
    provider = LoggerProvider(Resource.create({"host.name": "dc01", "service.name": "his"}))
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    logger = provider.get_logger("app", "1.0")
    for n in range(1000):
        logger.emit(
            timestamp=1_780_000_000_000_000_000 + n,
            severity_number=SeverityNumber.WARN,
            severity_text="WARN",
            body=f"đăng nhập {n}",
            attributes={"user.name": "an", "n": n, "list": ["a", "b"]},
        )
    provider.shutdown()
    assert len(door.records) == 1000
    first = json.loads(door.records[0])
    assert first["message"] == "đăng nhập 0"
    assert first["host"] == {"name": "dc01"}
    assert first["resource"]["service.name"] == "his"
    assert first["attributes"] == {"user.name": "an", "n": 0, "list": ["a", "b"]}
    assert (first["severity"], first["severity_number"], first["scope"]) == ("WARN", 13, "app 1.0")
    assert first["@timestamp"] == "2026-05-28T20:26:40.000000Z"
    assert {batch.transport for batch in door.batches} == {"otlp"}


def test_the_sdk_comes_again_when_it_is_told_to_wait(
    elastic: str, door: MemoryDoor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("keng.collect.intake.RETRY_AFTER_S", 1)
    waits = []

    async def take(batches: object, once: object = door.take) -> Outcome:
        waits.append(batches)
        if len(waits) == 1:
            return Outcome.FULL
        return await once(batches)  # type: ignore[no-any-return, operator]

    monkeypatch.setattr(door, "take", take)
    provider = LoggerProvider()
    exporter = OTLPLogExporter(endpoint=elastic + "/v1/logs", headers={"authorization": f"Bearer {TOKEN}"})
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    with caplog.at_level(logging.CRITICAL):
        provider.get_logger("app").emit(body="once")
        provider.shutdown()
    assert len(waits) == 2
    assert len(door.records) == 1


def test_protobuf_and_json_give_the_same_document(elastic: str, door: MemoryDoor) -> None:
    assert post(elastic, request("a").SerializeToString(), PROTOBUF).content == b""
    body = {
        "resourceLogs": [
            {
                "resource": {"attributes": [{"key": "host.name", "value": {"stringValue": "dc01"}}]},
                "scopeLogs": [
                    {
                        "scope": {"name": "app"},
                        "logRecords": [
                            {
                                "timeUnixNano": "1780000000123456789",
                                "severityNumber": 9,
                                "body": {"stringValue": "a"},
                            }
                        ],
                    }
                ],
            }
        ]
    }
    answer = post(elastic, json.dumps(body).encode(), JSON)
    assert (answer.status_code, answer.json()) == (200, {})
    assert door.records[0] == door.records[1]


def test_records_without_any_time_are_told_apart_from_those_with_one(elastic: str, door: MemoryDoor) -> None:
    made = request("timed", "untimed")
    made.resource_logs[0].scope_logs[0].log_records[1].time_unix_nano = 0
    post(elastic, made.SerializeToString(), PROTOBUF)
    assert [batch.transport for batch in door.batches] == ["otlp", "otlp_untimed"]


def test_a_record_that_is_too_large_is_a_partial_success(elastic: str, door: MemoryDoor) -> None:
    answer = post(elastic, request("a", "x" * 1_100_000, "b").SerializeToString(), PROTOBUF)
    assert answer.status_code == 200
    told = ExportLogsServiceResponse.FromString(answer.content)
    assert told.partial_success.rejected_log_records == 1
    assert "record 1" in told.partial_success.error_message
    assert len(door.records) == 2
    ((_sender, transport, refused),) = door.refused
    assert (transport, refused.position) == ("otlp", "record 1")


def test_a_broken_record_in_json_is_a_partial_success(elastic: str, door: MemoryDoor) -> None:
    body = b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":7}},{"body":{"intValue":"7"}}]}]}]}'
    told = post(elastic, body, JSON).json()["partialSuccess"]
    assert told["rejectedLogRecords"] == "1"
    assert [json.loads(record)["body"] for record in door.records] == [7]


@pytest.mark.parametrize("kind", [PROTOBUF, JSON])
def test_a_body_that_is_none_is_refused_whole_and_counted(elastic: str, door: MemoryDoor, kind: str) -> None:
    answer = post(elastic, request("a", "b").SerializeToString()[:-3], kind)
    assert answer.status_code == 400
    assert b"OTLP" in answer.content
    assert (door.records, len(door.refused)) == ([], 1)


def test_trouble_is_told_in_the_encoding_of_the_request(elastic: str, door: MemoryDoor) -> None:
    body = request("a").SerializeToString()
    assert post(elastic, body, PROTOBUF, Authorization="Bearer keng_no").status_code == 401
    assert post(elastic, body, PROTOBUF, Authorization=f"Bearer {DISABLED}").status_code == 403
    assert post(elastic, body, "text/plain").status_code == 415
    assert httpx.get(elastic + "/v1/logs", headers=BEARER).status_code == 405
    assert httpx.post(elastic + "/v1/traces", headers=BEARER).json()["code"] == 12
    door.outcome = Outcome.FAILED
    answer = post(elastic, body, PROTOBUF)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.headers["content-type"].startswith(PROTOBUF)
    assert b"disk" in answer.content


def test_a_bomb_is_refused(serve_elastic: Callable[..., str], door: MemoryDoor) -> None:
    url = serve_elastic(max_body_bytes=1 << 20)
    assert (
        post(url, gzip.compress(b"\0" * (20 << 20)), PROTOBUF, **{"Content-Encoding": "gzip"}).status_code
        == 413
    )
    assert post(url, request("a").SerializeToString(), PROTOBUF).status_code == 200
