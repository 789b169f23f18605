import json
from typing import Any

import pytest

from keng.collect.otlp_document import OtlpLogs
from keng.collect.otlp_json import read_json
from keng.model.rejected import Rejected

from .fuzz import blocks, bodies


def body_of(*records: dict[str, Any]) -> bytes:
    return json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": records}]}]}).encode()


FULL = {
    "timeUnixNano": "1780000000123456789",
    "observedTimeUnixNano": 1780000000123456790,
    "severityNumber": 17,
    "severityText": "ERROR",
    "traceId": "5B8EFFF798038103D269B633813FC60C",
    "spanId": "EEE19B7EC3C1B174",
    "eventName": "login",
    "flags": 1,
    "body": {
        "kvlistValue": {"values": [{"key": "a", "value": {"arrayValue": {"values": [{"intValue": "-5"}]}}}]}
    },
    "attributes": [
        {"key": "b", "value": {"boolValue": False}},
        {"key": "d", "value": {"doubleValue": 1.5}},
        {"key": "x", "value": {"bytesValue": "AP8="}},
    ],
}


def test_every_kind_of_value_is_kept() -> None:
    logs = read_json(body_of(FULL))
    assert isinstance(logs, OtlpLogs)
    document = json.loads(logs.timed[0])
    assert document["body"] == {"a": [-5]}
    assert document["attributes"] == {"b": False, "d": 1.5, "x": "AP8="}
    assert document["trace_id"] == "5b8efff798038103d269b633813fc60c"
    assert document["@timestamp"] == "2026-05-28T20:26:40.123456Z"


@pytest.mark.parametrize(
    "record",
    [
        {"timeUnixNano": "x"},
        {"timeUnixNano": "9" * 30},
        {"timeUnixNano": -1},
        {"body": {"intValue": "1" * 21}},
        {"body": {"stringValue": 5}},
        {"attributes": {}},
    ],
)
def test_a_wrong_record_fails_alone(record: dict[str, Any]) -> None:
    logs = read_json(body_of(FULL, record, FULL))
    assert isinstance(logs, OtlpLogs)
    assert (len(logs.timed), [number for number, _reason, _raw in logs.refused]) == (2, [1])


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'{"resourceLogs":5}', b"\xff\xfe{", b"{" * 100_000, b'{"resourceLogs":[{}' + b",{}" * 2_600_000 + b"]}"]
)  # fmt: skip
def test_what_is_no_request_is_refused_whole(body: bytes) -> None:
    assert isinstance(read_json(body), Rejected)


@pytest.mark.parametrize("block", blocks())
def test_no_body_makes_the_reader_stumble(block: int) -> None:
    for body in bodies(block, (body_of(FULL), body_of({"body": {"stringValue": "xin chào"}}))):
        logs = read_json(body)
        if isinstance(logs, OtlpLogs):
            for record in (*logs.timed, *logs.untimed):
                json.loads(record)
