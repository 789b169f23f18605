"""A glance gives what the event has, or nothing."""

import json
import zipfile
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from evtx import PyEvtxParser
from hypothesis import given
from hypothesis import strategies as st
from tests.evtx_writer import evtx_file, sysmon_start

from keng.formats.record import parse_record
from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.glance import HIDDEN, LOOKED_THROUGH, MAX_BYTES, glance
from keng.normalise.normalise import to_event
from keng.normalise.privacy import redact, touched

GOLDEN = Path(__file__).parents[2] / "golden"


def event_of(raw: bytes) -> Event | None:
    record = parse_record(raw)
    return redact(to_event(record)) if isinstance(record, Record) else None


def agrees(raw: bytes) -> bool:
    """Whether there was a glance; that it has every value of the event, of the same type, and no other, is asserted."""
    seen = glance(raw)
    if seen is None or (seen.format in LOOKED_THROUGH and touched([raw])):
        return False
    event = event_of(raw)
    assert event is not None and event.parsed
    assert (seen.format, seen.logsource) == (event.format, event.logsource)
    assert seen.event_id == event.fields["EventID"] == seen.fields["EventID"]
    assert seen.hidden == HIDDEN
    for name in (event.fields.keys() | seen.fields.keys()) - HIDDEN:
        one, other = seen.fields.get(name), event.fields.get(name)
        if type(one) is list:
            continue  # has no key: such an event is judged whole
        assert (type(one), one) == (type(other), other), name
    return True


def evtx(system: dict[str, Any] | None = None, data: Any = None, **beside: Any) -> dict[str, Any]:
    return {
        "Event": {
            "#attributes": {"xmlns": "x"},
            "System": {
                "Provider": {"#attributes": {"Name": "Microsoft-Windows-Sysmon", "Guid": "{1}"}},
                "EventID": 1, "Version": 5, "Level": 4, "Task": 1, "Opcode": 0, "Keywords": "0x8000000000000000",
                "TimeCreated": {"#attributes": {"SystemTime": "2026-05-01T05:00:00.000001Z"}},
                "EventRecordID": 7, "Correlation": None,
                "Execution": {"#attributes": {"ProcessID": 4, "ThreadID": 8}},
                "Channel": "Microsoft-Windows-Sysmon/Operational", "Computer": "PC1",
                "Security": {"#attributes": {"UserID": "S-1-5-18"}},
                **(system or {}),
            },
            "EventData": {"Image": "C:\\a.exe", "ProcessId": 7} if data is None else data,
            **beside,
        }
    }  # fmt: skip


def flat(**fields: Any) -> dict[str, Any]:
    return {
        "EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "SourceName": "Microsoft-Windows-Sysmon",
        "Hostname": "PC1", "@timestamp": "2026-05-01T05:00:00.000Z", "UtcTime": "2026-05-01 05:00:00.000",
        "Image": "C:\\a.exe", "tags": ["a"], **fields,
    }  # fmt: skip


def winlogbeat(data: dict[str, Any], winlog: dict[str, Any] | None = None, **beside: Any) -> dict[str, Any]:
    return {
        "@timestamp": "2026-05-01T05:00:00.000Z", "agent": {"type": "winlogbeat"}, "host": {"name": "pc1.a.example"},
        "log": {"level": "information"}, "event": {"code": "1"}, "message": "Process Create:",
        "winlog": {
            "channel": "Microsoft-Windows-Sysmon/Operational", "provider_name": "Microsoft-Windows-Sysmon",
            "event_id": "1", "record_id": 5, "computer_name": "PC1", "event_data": {"UtcTime": "x", **data},
            **(winlog or {}),
        },
        **beside,
    }  # fmt: skip


SECURITY = {
    "Provider": {"#attributes": {"Name": "Microsoft-Windows-Security-Auditing", "Guid": "{2}"}},
    "EventID": 4688, "Channel": "Security",
}  # fmt: skip
PROCESS = {
    "NewProcessName": "C:\\b.exe", "ParentProcessName": "C:\\p.exe", "SubjectUserName": "nga", "ProcessId": "0x4",
    "NewProcessId": "0x8", "SubjectUserSid": "S-1-5-18", "MandatoryLabel": "S-1-16-8192", "SubjectLogonId": "0x3e7",
}  # fmt: skip


@pytest.mark.parametrize(
    "document",
    [
        evtx(),
        evtx(
            data={"Image": None, "Hashes": "MD5=1", "n": 2.5, "b": True, "EventRecordID": 3, "Channel": "x"}
        ),
        evtx({"EventID": 4104, "Channel": "Microsoft-Windows-PowerShell/Operational", "Security": None}),
        evtx({"Correlation": {"#attributes": {"ActivityID": "1"}}}),
        evtx(SECURITY, PROCESS),
        evtx(SECURITY, {**PROCESS, "Image": None, "User": "x"}),
        flat(),
        flat(EventID="1", EventType="INFO"),
        flat(EventType="SetValue", Image=None),
        flat(EventID=4688, Channel="Security", **PROCESS),
        flat(EventID=4688, Channel="Security", **{**PROCESS, "Image": None, "NewProcessId": None}),
        winlogbeat({"Image": "C:\\a.exe", "Hashes": None}),
        winlogbeat({"a": [1]}, {"channel": "Security", "event_id": 4624}),
        winlogbeat(PROCESS, {"channel": "Security", "event_id": 4688}),
        winlogbeat({**PROCESS, "Image": None}, {"channel": "Security", "event_id": 4688}),
        flat(Description="một chương trình", CommandLine='a "b" \\ \t'),
    ],
)
def test_usual_events_are_seen(document: dict[str, Any]) -> None:
    for text in (json.dumps(document), json.dumps(document, separators=(",", ":"), ensure_ascii=False)):
        assert agrees(text.encode())


@pytest.mark.parametrize(
    "document",
    [
        evtx(data={"Image": "a", "More": {"CommandLine": "hidden"}}),
        evtx(data={"Data": [{"#attributes": {"Name": "CommandLine"}, "#text": "hidden"}]}),
        evtx(data={"Image": 1 << 70}),
        evtx(data={"request_body": "a long secret", "CommandLine": "a long secret"}),
        evtx(data={"EventID": 5}),
        evtx({"CommandLine": "in the header"}),
        evtx({"EventID": {"#text": 5, "#attributes": {"Qualifiers": 1}}}),
        evtx({"Channel": "Microsoft-Windows-Windows Defender/Operational"}, {"Threat Name": "x"}),
        evtx({"Provider": {"#attributes": {"Name": "Linux-Sysmon", "Guid": "{1}"}}}),
        evtx(UserData={"CommandLine": "x"}),
        evtx(CommandLine="beside"),
        {**evtx(), "result": {"EventID": 1, "Channel": "x"}},
        flat(winlog={"channel": "x"}),
        flat(Nested={"CommandLine": "hidden"}),
        flat(EventId=5),
        flat(ProviderName="another"),
        flat(LogName="another"),
        flat(UtcTime=None, Message="Process Create:\nCommandLine: hidden"),
        flat(RuleTitle="x", Details="Cmdline: hidden"),
        flat(StringInserts=["a"]),
        flat(EventID="none"),
        flat(_source=flat(CommandLine="hidden")),
        flat(chat_content="words of people"),
        flat(Channel="rpcfw", EventID=3),
        flat(Image="x" * MAX_BYTES),
        winlogbeat({"Image": {"a": "b"}}),
        winlogbeat({"UtcTime": None, "Image": "a"}),
        winlogbeat({"EventID": 5}),
        winlogbeat({}, {"user_data": {"Image": "a"}}),
        winlogbeat({}, {"channel": ""}),
        winlogbeat({}, {"channel": "Microsoft-Windows-Windows Defender/Operational"}),
        winlogbeat({}, process={"executable": "C:\\hidden.exe"}),
        winlogbeat({}, **{"process.executable": "C:\\hidden.exe"}),
        winlogbeat({}, Event={"System": {"EventID": 3}}),
        {"_source": winlogbeat({})},
        {"EventID": 1, "Channel": None},
        ["EventID"],
    ],
)
def test_what_may_mean_more_is_left_to_the_whole_way(document: Any) -> None:
    raw = json.dumps(document, separators=(",", ":")).encode()
    assert glance(raw) is None
    assert not agrees(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"null", b'{"Event":', b"\xff", b'{"EventID":1,"Channel":"a\xff"}', b'{"EventID":NaN,"Channel":"a"}',
        b'{"EventID":1,"Channel":"\\ud800"}', b'{"EventID":1,"Channel":"x"} trailing',
        b'{"EventID":1,"Channel":"x","Image":"\xc0\xaf"}', b'{"EventID":1,"Channel":"x","\xff":1}',
    ],
)  # fmt: skip
def test_what_is_no_strict_json_is_left_to_the_whole_way(raw: bytes) -> None:
    assert glance(raw) is None


def test_the_last_of_doubled_names_counts() -> None:
    raw = json.dumps(flat()).replace('"Image"', '"Image": "C:\\\\first.exe", "Image"').encode()
    assert agrees(raw)


values = st.one_of(
    st.none(), st.booleans(), st.integers(-(1 << 70), 1 << 70), st.floats(), st.text(max_size=8),
    st.lists(st.text(max_size=3), max_size=2), st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
)  # fmt: skip
names = st.one_of(
    st.sampled_from(sorted({*flat(), *PROCESS, "CommandLine", "EventType", "Data", "Message", "Id", "Level", "subject",
                            "sender", "Provider", "Computer", "LogName", "User"})),
    st.text(max_size=6),
)  # fmt: skip
more = st.dictionaries(names, values, max_size=5)


@given(more, more, st.sampled_from(({}, SECURITY, {"EventID": 4104}, {"Channel": "System"})), st.booleans())
def test_whatever_is_seen_is_the_events(
    data: dict[str, Any], header: dict[str, Any], kind: dict[str, Any], ascii_only: bool
) -> None:
    documents = (
        evtx(kind, data), evtx({**kind, **header}, data), evtx(kind, {**PROCESS, **data}), {**flat(), **data},
        {**flat(), **PROCESS, "EventID": 4688, "Channel": "Security", **data}, winlogbeat(data), {**winlogbeat({}), **data},
        winlogbeat({**PROCESS, **data}, {"channel": "Security", "event_id": 4688}), winlogbeat(data, header),
    )  # fmt: skip
    for document in documents:
        agrees(
            json.dumps(document, separators=(",", ":"), ensure_ascii=ascii_only).encode(
                "utf-8", "surrogatepass"
            )
        )


def test_golden_records_agree() -> None:
    seen = 0
    for path in sorted(GOLDEN.rglob("*")):
        if path.is_file() and "windows" in str(path):
            for line in path.read_bytes().splitlines():
                seen += line[:1] == b"{" and agrees(line)
    assert seen > 3


def test_what_the_evtx_parser_writes_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.evtx"
    path.write_bytes(evtx_file([sysmon_start(number) for number in range(3)]))
    records = [record["data"].encode() for record in PyEvtxParser(str(path)).records_json()]
    assert len(records) == 3 and all(map(agrees, records))


@pytest.mark.shared
def test_real_events_agree_and_most_are_seen(shared_data: Path) -> None:
    seen = number = 0
    for path in sorted((shared_data / "evtx-attack-samples").rglob("*.evtx"))[:60]:
        for record in PyEvtxParser(str(path)).records_json():
            number += 1
            seen += agrees(record["data"].encode())
    for path in sorted((shared_data / "otrf").rglob("*.zip"))[:40]:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith(".json") and not name.startswith("__MACOSX"):
                    for line in islice(filter(None, archive.read(name).splitlines()), 200):
                        number += 1
                        seen += agrees(line.strip())
    assert seen > number * 0.9
