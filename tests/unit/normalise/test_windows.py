"""Windows events flattened to Sigma's names."""

from typing import Any

import pytest

from keng.model.event import LogSource
from keng.normalise.windows import event_id, time_us, windows_event


def record(payload: Any, name: str = "EventData", **system: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "Provider": {"#attributes": {"Name": "Microsoft-Windows-Security-Auditing", "Guid": "{x}"}},
        "EventID": 4624,
        "TimeCreated": {"#attributes": {"SystemTime": "2020-10-15T13:17:02.403318Z"}},
        "Correlation": None,
        "Channel": "Security",
        "Computer": "PC1",
    }
    return {"Event": {"#attributes": {"xmlns": "x"}, "System": {**base, **system}, name: payload}}


def test_attributes_are_named_after_their_tag_and_values_keep_their_type() -> None:
    event = windows_event(record({"LogonType": 3, "Flag": True, "Mask": "0x10", "Empty": None}))
    assert event.fields["Provider_Name"] == "Microsoft-Windows-Security-Auditing"
    assert event.fields["TimeCreated_SystemTime"].startswith("2020")
    assert event.fields["LogonType"] == 3
    assert event.fields["Flag"] is True
    assert event.fields["Mask"] == "0x10"
    assert event.fields["Empty"] is None
    assert event.host == "PC1"
    assert event.time_us == 1_602_767_822_403_318
    assert event.logsource == LogSource("windows", "security", ())


def test_an_event_id_with_qualifiers_is_a_number() -> None:
    fields = windows_event(record({}, EventID={"#attributes": {"Qualifiers": 16384}, "#text": 7045})).fields
    assert fields["EventID"] == 7045
    assert fields["EventID_Qualifiers"] == 16384


def test_data_without_names_is_a_list_and_data_with_names_is_not() -> None:
    assert windows_event(record({"Data": {"#text": ["a", "b"]}})).fields["Data"] == ["a", "b"]
    assert windows_event(record({"Data": {"#text": "a"}, "Binary": "00"})).fields["Data"] == "a"
    named = [
        {"#attributes": {"Name": "User"}, "#text": "nga"},
        {"#attributes": {"Name": "Host"}, "#text": "h"},
    ]
    fields = windows_event(record({"Data": named})).fields
    assert (fields["User"], fields["Host"]) == ("nga", "h")


def test_user_data_is_flattened_and_stands_before_the_header_but_not_its_identity() -> None:
    inner = {
        "LogFileCleared": {"#attributes": {"xmlns": "y"}, "Channel": "System", "EventID": 1, "Computer": None}
    }
    event = windows_event(record(inner, "UserData", EventID=104))
    assert event.fields["Channel"] == "System"
    assert event.fields["EventID"] == 104
    assert event.fields["Computer"] == "PC1"
    assert event.fields["LogFileCleared_xmlns"] == "y"
    assert event.logsource.service == "security"


def test_4688_has_the_names_of_process_creation_beside_its_own() -> None:
    payload = {
        "NewProcessName": r"C:\a.exe", "ParentProcessName": r"C:\b.exe", "CommandLine": "a", "SubjectUserName": "nga",
        "SubjectUserSid": "S-1-5-21-1", "NewProcessId": "0x10", "ProcessId": "0x4", "SubjectLogonId": "0x3e7",
        "MandatoryLabel": "S-1-16-12288",
    }  # fmt: skip
    event = windows_event(record(payload, EventID=4688))
    assert event.logsource.categories == ("process_creation",)
    for raw, name in (
        ("NewProcessName", "Image"),
        ("ParentProcessName", "ParentImage"),
        ("SubjectUserName", "User"),
    ):
        assert event.fields[raw] == event.fields[name] == payload[raw]
    assert (event.fields["ProcessId"], event.fields["ParentProcessId"]) == ("0x10", "0x4")
    assert event.fields["IntegrityLevel"] == "High"
    system = windows_event(record({**payload, "SubjectUserSid": "S-1-5-18"}, EventID=4688))
    assert system.fields["User"] == r"NT AUTHORITY\SYSTEM"


@pytest.mark.parametrize(
    "odd",
    [
        {}, {"Event": None}, {"Event": {"System": []}}, {"Event": {"EventData": "x"}}, {"Event": {"System": {"EventID": []}}},
        {"Event": {"System": {"EventID": {"#text": []}, "TimeCreated": "x", "Computer": {"a": {"b": [1, {"c": 2}]}}}}},
    ],
)  # fmt: skip
def test_odd_records_give_what_there_is(odd: dict[str, Any]) -> None:
    event = windows_event(odd)
    assert event.logsource.product == "windows"
    assert event.time_us == 0


def test_nesting_without_end_is_cut() -> None:
    deep: dict[str, Any] = {"x": 1}
    for _ in range(500):
        deep = {"n": deep}
    assert "x" not in windows_event(record(deep, "UserData")).fields


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:01.000002Z", 1_000_002),
        ("1970-01-01T00:00:01.1234567Z", 1_123_456),
        ("1970-01-01T07:00:01+07:00", 1_000_000),
        ("1970-01-01 00:00:01 UTC", 1_000_000),
        ("1970-01-01T00:00:01", 1_000_000),
        ("1970-13-01T00:00:01.000000Z", 0),
        ("soon", 0),
        (None, 0),
    ],
)
def test_times(text: object, expected: int) -> None:
    assert time_us(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(5, 5), ("4688", 4688), ("x", 0), (None, 0), ("²", 0), ("9" * 99, 0)]
)
def test_event_ids(value: object, expected: int) -> None:
    assert event_id({"EventID": value}) == expected
