"""Flat shapes of Windows events."""

import orjson
import pytest

from keng.normalise.windows_flat import flat_parts

SYSMON = "Microsoft-Windows-Sysmon/Operational"


def test_nxlog() -> None:
    parts = flat_parts(
        {
            "EventTime": "2024-05-01 12:00:00",
            "EventReceivedTime": "2024-05-01 12:00:01",
            "Hostname": "pc-01",
            "Keywords": -9223372036854775808,
            "EventType": "INFO",
            "SeverityValue": 2,
            "Severity": "INFO",
            "EventID": 1,
            "SourceName": "Microsoft-Windows-Sysmon",
            "ProviderGuid": "{5770385F}",
            "Version": 5,
            "Task": 1,
            "OpcodeValue": 0,
            "RecordNumber": 77,
            "ExecutionProcessID": 3,
            "ThreadID": 5,
            "Channel": SYSMON,
            "Message": "Process Create",
            "Image": "C:\\a.exe",
            "UtcTime": "2024-05-01 05:00:00.000",
            "SourceModuleName": "in",
        }
    )
    assert parts.logsource == ("windows", "sysmon", ("process_creation",)) and parts.host == "pc-01"
    assert parts.fields["Image"] == "C:\\a.exe" and parts.fields["Keywords"] == "0x8000000000000000"
    assert parts.fields["EventRecordID"] == 77 and parts.fields["Provider_Name"] == "Microsoft-Windows-Sysmon"
    assert not {"EventType", "SourceModuleName", "SeverityValue"} & parts.fields.keys()


def test_an_event_type_of_the_registry_is_data() -> None:
    fields = flat_parts(
        {"EventID": 13, "Channel": SYSMON, "EventType": "SetValue", "EventTypeOrignal": "INFO"}
    ).fields
    assert fields["EventType"] == "SetValue"


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (
            {"TimeCreated": "2024-05-01T05:00:00Z", "@timestamp": "2024-05-01T06:00:00Z"},
            1_714_539_600_000_000,
        ),
        ({"EventTime": "2024-05-01 12:00:00", "@timestamp": "2024-05-01T05:00:00Z"}, 1_714_539_600_000_000),
        ({"EventTime": "2024-05-01T12:00:00.5+07:00"}, 1_714_539_600_500_000),
        ({"EventTime": "2024-05-01 05:00:00"}, 1_714_539_600_000_000),
        ({"TimeCreated": "/Date(1714539600000)/"}, 1_714_539_600_000_000),
        ({"TimeCreated": "2024-05-01 12:00:00 +0700"}, 1_714_539_600_000_000),
        ({}, 0),
    ],
)
def test_the_time_with_a_zone_is_preferred(times: dict[str, str], expected: int) -> None:
    assert flat_parts({"EventID": 1, "Channel": "Security", **times}).time_us == expected


def test_fluent_bit_and_get_winevent_give_unnamed_data() -> None:
    fluent = flat_parts(
        {
            "EventID": 1,
            "ProviderName": "x",
            "Channel": "System",
            "StringInserts": ["a", 5, {}],
            "Computer": "pc",
        }
    )
    assert fluent.fields["Data"] == ["a", 5] and fluent.host == "pc"
    shell = flat_parts(
        {
            "Id": 4624,
            "LogName": "Security",
            "ProviderName": "p",
            "MachineName": "pc",
            "Properties": [{"Value": "v"}],
        }
    )
    assert shell.fields["Data"] == ["v"] and shell.fields["EventID"] == 4624


def test_properties_of_a_directory_event_are_data() -> None:
    assert (
        flat_parts({"EventID": 4662, "Channel": "Security", "Properties": "%%7688"}).fields["Properties"]
        == "%%7688"
    )


def test_evtxecmd() -> None:
    payload = {
        "EventData": {"Data": [{"@Name": "Image", "#text": "C:\\a.exe"}, {"@Name": "User", "#text": "an"}]}
    }
    parts = flat_parts(
        {"EventId": 1, "Provider": "Microsoft-Windows-Sysmon", "Channel": SYSMON, "EventRecordId": "7", "Computer": "pc",
         "TimeCreated": "2024-05-01T05:00:00.0000000+00:00", "PayloadData1": "x", "MapDescription": "y",
         "Payload": orjson.dumps(payload).decode()}
    )  # fmt: skip
    assert (parts.fields["Image"], parts.fields["User"]) == ("C:\\a.exe", "an")
    assert not {"Payload", "PayloadData1", "MapDescription"} & parts.fields.keys()
    assert parts.time_us == 1_714_539_600_000_000


def test_values_of_any_type_are_borne() -> None:
    assert flat_parts({"EventID": {"EventType": []}, "Provider": None}).fields["EventType"] == []


def test_a_record_of_one_key_or_of_nulls_is_read_as_any_other() -> None:
    assert flat_parts({"EventID": 7}).fields == {"EventID": 7}
    assert flat_parts({"EventID": 7, "Channel": "System", "Image": None}).fields == {
        "EventID": 7,
        "Channel": "System",
    }
