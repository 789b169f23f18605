"""Winlogbeat and Elastic Agent."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from keng.normalise.winlogbeat import any_parts, is_usual, usual_parts, winlogbeat_parts

SYSMON = "Microsoft-Windows-Sysmon/Operational"
DATA = {"Image": "C:\\a.exe", "CommandLine": "a -b", "ProcessId": "12"}


def test_version_seven() -> None:
    parts = winlogbeat_parts(
        {
            "@timestamp": "2024-05-01T05:00:00.123Z",
            "message": "text",
            "log": {"level": "information"},
            "event": {"code": "1"},
            "winlog": {
                "channel": SYSMON,
                "provider_name": "Microsoft-Windows-Sysmon",
                "event_id": "1",
                "record_id": "77",
                "computer_name": "pc-01",
                "process": {"pid": 3, "thread": {"id": 5}},
                "user": {"identifier": "S-1-5-18"},
                "event_data": DATA,
            },
        }
    )
    assert parts.logsource == ("windows", "sysmon", ("process_creation",)) and parts.host == "pc-01"
    assert parts.time_us == 1_714_539_600_123_000
    assert parts.fields["EventID"] == 1 and parts.fields["EventRecordID"] == 77 and parts.fields["Level"] == 4
    assert parts.fields["Image"] == "C:\\a.exe" and parts.fields["Execution_ThreadID"] == 5
    assert parts.fields["Message"] == "text"


def test_dotted_names_and_lists_of_one_as_exports_write_them() -> None:
    parts = winlogbeat_parts(
        {
            "@timestamp": "2024-05-01T05:00:00Z",
            "host.name": ["pc-01"][0],
            "winlog.channel": ["Security"],
            "winlog.event_id": [4688],
            "winlog.event_data.NewProcessName": ["C:\\a.exe"],
            "winlog.event_data.a.b": "x",
        }
    )
    assert parts.logsource == ("windows", "security", ("process_creation",))
    assert parts.fields["Image"] == "C:\\a.exe" and parts.host == "pc-01" and parts.fields["a.b"] == "x"


def test_version_six() -> None:
    parts = winlogbeat_parts(
        {"@timestamp": "2024-05-01T05:00:00Z", "log_name": SYSMON, "source_name": "Microsoft-Windows-Sysmon", "event_id": 1,
         "computer_name": "pc-01", "record_number": "7", "event_data": DATA, "level": "Warning"}
    )  # fmt: skip
    assert (
        parts.fields["CommandLine"] == "a -b"
        and parts.fields["Level"] == 3
        and parts.fields["EventRecordID"] == 7
    )


def test_data_that_a_pipeline_moved_to_ecs_is_taken_back() -> None:
    winlog = {"channel": SYSMON, "provider_name": "Microsoft-Windows-Sysmon", "event_id": 1, "event_data": {}}
    parts = winlogbeat_parts(
        {
            "winlog": winlog,
            "process": {
                "executable": "C:\\a.exe",
                "command_line": "a",
                "parent": {"executable": "C:\\p.exe"},
            },
            "user": {"name": "an", "domain": "TINH"},
            "file": {"path": "C:\\no"},
        }
    )
    assert (parts.fields["Image"], parts.fields["ParentImage"], parts.fields["User"]) == (
        "C:\\a.exe",
        "C:\\p.exe",
        "TINH\\an",
    )
    assert "TargetFilename" not in parts.fields
    loaded = winlogbeat_parts({"winlog": {**winlog, "event_id": 7}, "file": {"path": "C:\\x.dll"}})
    assert loaded.fields["ImageLoaded"] == "C:\\x.dll"


def test_odd_documents_give_what_they_have() -> None:
    for document in (
        {"winlog": 5},
        {"winlog": {}},
        {"winlog": {"event_data": [1], "process": 5}},
        {"winlog.x": 1, "winlog.x.y": 2},
    ):
        assert winlogbeat_parts(document).logsource.product == "windows"


def test_data_never_replaces_what_identifies_the_event() -> None:
    winlog = {
        "event_id": 104,
        "channel": "System",
        "event_data": {"EventID": "9", "Channel": "Security", "x": None},
    }
    fields = winlogbeat_parts({"winlog": winlog}).fields
    assert (fields["EventID"], fields["Channel"]) == (104, "Security") and "x" not in fields


def test_nulls_of_the_data_are_no_fields_and_hide_what_they_stand_for() -> None:
    parts = winlogbeat_parts(
        {
            "@timestamp": "2024-05-01T05:00:00Z",
            "log": {"level": "error"},
            "winlog": {
                "channel": "Security",
                "event_id": 1,
                "event_data": {"A": None, "Level": None, "B": "b"},
            },
        }
    )
    assert parts.fields["B"] == "b"
    assert parts.fields.keys().isdisjoint({"A", "Level"})


names = st.sampled_from(
    ["event_data", "event_id", "provider_name", "source_name", "channel", "log_name", "computer_name", "record_id",
     "record_number", "task", "opcode", "keywords", "level", "version", "provider_guid", "activity_id", "process", "user",
     "user_data", "time_created", "@timestamp", "message", "log", "event", "host", "Channel", "EventID", "Data",
     "xml_name", "Message", "Image", "UtcTime", "NewProcessName", "param1", "process.pid", "winlog.task"]
)  # fmt: skip
values = st.recursive(
    st.one_of(
        st.none(), st.integers(0, 5000), st.booleans(),
        st.sampled_from(["1", "4688", "Security", SYSMON, "Windows PowerShell", "information", "Audit Failure", "", "x: y\nz"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from(["name", "pid", "thread", "id", "identifier", "level", "code", "Image"]), inner, max_size=3),
    ),
    max_leaves=4,
)  # fmt: skip
parts = st.dictionaries(names, values, max_size=6)


@given(parts, parts, parts)
def test_the_usual_form_gives_what_any_form_gives(
    record: dict[str, Any], winlog: dict[str, Any], data: dict[str, Any]
) -> None:
    whole = {
        "@timestamp": "2024-05-01T05:00:00.123Z", "log": {"level": "information"}, "event": {"code": "1"},
        "winlog": {"channel": "Security", "provider_name": "P", "event_id": "4688", "event_data": data, **winlog},
        **record,
    }  # fmt: skip
    if not is_usual(tuple(whole)):
        return
    text = json.dumps(whole)
    if (usual := usual_parts(json.loads(text))) is not None:
        other = any_parts(json.loads(text))
        assert usual == other and list(usual.fields) == list(other.fields)
        assert list(map(type, usual.fields.values())) == list(map(type, other.fields.values()))


def test_a_usual_document_is_told() -> None:
    document = {
        "winlog": {"channel": "Security", "provider_name": "P", "event_id": 4624, "event_data": {"a": "b", "c": None}},
        "log": {"level": "information"}, "event": {"code": "4624"},
    }  # fmt: skip
    assert is_usual(tuple(document)) and usual_parts(document) == any_parts(document) is not None
    assert (
        not is_usual(("winlog", "process"))
        and not is_usual(("winlog", "event.code"))
        and not is_usual(("event",))
    )
