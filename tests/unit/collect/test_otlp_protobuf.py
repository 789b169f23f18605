import json
import resource

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue

from keng.collect.otlp_document import OtlpLogs
from keng.collect.otlp_protobuf import MAX_RECORDS, read_protobuf
from keng.model.rejected import Rejected

from .fuzz import blocks, bodies


def full() -> ExportLogsServiceRequest:
    made = ExportLogsServiceRequest()
    scope = made.resource_logs.add().scope_logs.add()
    record = scope.log_records.add(
        time_unix_nano=1,
        observed_time_unix_nano=2,
        trace_id=b"\x01" * 16,
        span_id=b"\x02" * 8,
        event_name="login",
    )
    for value in (
        AnyValue(int_value=-(1 << 63)),
        AnyValue(double_value=1.5),
        AnyValue(bool_value=True),
        AnyValue(bytes_value=b"\0\xff"),
        AnyValue(string_value="chào"),
        AnyValue(),
    ):
        record.body.kvlist_value.values.add(key=value.WhichOneof("value") or "none").value.CopyFrom(value)
        record.attributes.add(key="list").value.array_value.values.append(value)
    return made


def test_every_kind_of_value_is_kept() -> None:
    logs = read_protobuf(full().SerializeToString())
    assert isinstance(logs, OtlpLogs)
    document = json.loads(logs.timed[0])
    assert document["body"] == {
        "int_value": -(1 << 63),
        "double_value": 1.5,
        "bool_value": True,
        "bytes_value": "AP8=",
        "string_value": "chào",
        "none": None,
    }
    assert document["trace_id"] == "01" * 16
    assert document["event_name"] == "login"


def test_values_too_deep_are_refused_alone() -> None:
    made = full()
    value = made.resource_logs[0].scope_logs[0].log_records.add(time_unix_nano=5).body
    for _n in range(40):
        value = value.array_value.values.add()
    logs = read_protobuf(made.SerializeToString())
    assert isinstance(logs, OtlpLogs)
    assert len(logs.timed) == 1
    assert "deeper" in logs.refused[0][1]


def test_a_damaged_record_fails_alone() -> None:
    good = full().resource_logs[0].scope_logs[0].log_records[0].SerializeToString()
    bad = b"\xff\xff\xff"
    records = b"".join(
        b"\x12" + bytes([len(one) & 127 | 128, len(one) >> 7]) + one for one in (good, bad, good)
    )
    scope = b"\x12" + _size(records) + records
    logs = read_protobuf(b"\x0a" + _size(scope) + scope)
    assert isinstance(logs, OtlpLogs)
    assert (len(logs.timed), [number for number, _reason, _raw in logs.refused]) == (2, [1])


def test_millions_of_empty_records_do_not_unfold_in_memory() -> None:
    records = b"\x12\x00" * 600_000
    scope = b"\x12" + _size(records) + records
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    logs = read_protobuf(b"\x0a" + _size(scope) + scope)
    assert isinstance(logs, Rejected)
    assert str(MAX_RECORDS) in logs.reason
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def _size(data: bytes) -> bytes:
    n, found = len(data), bytearray()
    while n > 127:
        found.append(n & 127 | 128)
        n >>= 7
    return bytes([*found, n])


@pytest.mark.parametrize("block", blocks())
def test_no_body_makes_the_reader_stumble(block: int) -> None:
    for body in bodies(block, (full().SerializeToString(),)):
        logs = read_protobuf(body)
        if isinstance(logs, OtlpLogs):
            for record in (*logs.timed, *logs.untimed):
                json.loads(record)
