"""Hostile input: whatever the bytes, a reader yields records and refusals, and every record becomes an event."""

import io
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keng.formats.recognise import read_file, recognise
from keng.formats.record import parse_record
from keng.formats.registry import FORMATS
from keng.model.detection import Detection, RuleInfo
from keng.model.record import Record
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.normalise.normalise import to_event
from keng.scan.sinks import CsvFile, JsonLines

SAMPLES = [path.read_bytes() for path in sorted((Path(__file__).parents[1] / "golden").glob("*/*/input*"))]
REFERENCE_US = 1_717_200_000_000_000
RULE = RuleInfo("id", "title", Severity.LOW)


def check(item: Record | Rejected) -> None:
    """What holds of everything that any reader yields."""
    if isinstance(item, Rejected):
        assert item.reason and len(item.raw) <= 512
        return
    event = to_event(item, REFERENCE_US)
    assert isinstance(event.time_us, int) and isinstance(event.host, str)
    assert all(isinstance(name, str) for name in event.fields)
    hash(event.logsource)
    found = Detection(RULE, event, event.fields)
    lines, rows = io.BytesIO(), io.StringIO()
    JsonLines(lines).take(found)
    CsvFile(rows).take(found)
    assert lines.getvalue().count(b"\n") == 1
    orjson.loads(lines.getvalue())


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sample with bytes changed, put in, taken out, or cut off."""
    data = bytearray(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        piece = draw(
            st.binary(max_size=12)
            | st.sampled_from([b"{", b"}", b'"', b"\n", b"\0", b"[", b"\t", b"=", b"\\"])
        )
        kind = draw(st.sampled_from(["change", "insert", "remove", "cut"]))
        if kind == "change":
            data[at : at + len(piece)] = piece
        elif kind == "insert":
            data[at:at] = piece
        elif kind == "remove":
            del data[at : at + len(piece) + 1]
        else:
            del data[at:]
    return bytes(data)


@settings(max_examples=400, deadline=None)
@given(damaged())
def test_damaged_samples_never_raise(data: bytes) -> None:
    for item in read_file(io.BytesIO(data)):
        check(item)


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.name)
@settings(max_examples=60, deadline=None)
@given(data=damaged() | st.binary(max_size=300))
def test_a_reader_bears_the_input_of_another(each: Any, data: bytes) -> None:
    each.recognises(data)
    for item in each.read(io.BytesIO(data)):
        check(item)
    if each.parse is not None:
        for line in data.split(b"\n")[:5]:
            check(each.parse(line, 1))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_can_arrive_alone(data: bytes) -> None:
    recognise(data)
    check(parse_record(data))
    check(parse_record(b"Oct 11 22:14:15 srv prog: " + data))
    check(parse_record(b"<13>1 2024-05-01T00:00:00Z srv prog - - " + data))


NAMES = (
    "Event", "System", "EventData", "UserData", "Provider", "EventID", "EventId", "Id", "Channel", "LogName", "SourceName",
    "TimeCreated", "EventTime", "@timestamp", "#attributes", "#text", "Name", "Message", "message", "Data", "Properties",
    "StringInserts", "Payload", "PayloadData1", "Keywords", "Level", "EventType", "Hostname", "Computer", "winlog", "event_data",
    "user_data", "event_id", "log_name", "provider_name", "process", "thread", "user", "event", "code", "host", "name", "agent",
    "ts", "uid", "id", "id.orig_h", "_path", "query", "answers", "uri", "method", "user_agent", "host", "timestamp", "event_type",
    "dns", "http", "rrname", "url", "hostname", "grouped", "queries", "alert", "src_ip", "dest_ip", "_source", "result", "log",
    "MapDescription", "winlog.event_id", "winlog.event_data.Image", "winlog.event_data", "file", "path", "registry", "NewProcessName",
    "ProcessId", "action", "@host", "_system_name",
)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(
        [
            "1",
            "4688",
            "Security",
            "Microsoft-Windows-Sysmon/Operational",
            "dns",
            "http",
            "/Date(99999999999999999)/",
            "",
            "{}",
        ]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=1500, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), VALUES, min_size=1, max_size=8))
def test_json_with_known_names_and_any_values_never_raises(value: dict[str, Any]) -> None:
    check(
        parse_record(
            orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS) if _fits(value) else b"{}"
        )
    )


def _fits(value: Any) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        return -(1 << 63) <= value < 1 << 64
    if isinstance(value, dict):
        return all(_fits(item) for item in value.values())
    return all(_fits(item) for item in value) if isinstance(value, list) else True
