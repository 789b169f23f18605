"""The usual form of Windows events: the same as the long way, or left to it."""

import copy
from typing import Any

import pytest

from keng.normalise.windows import _any_fields, windows_event
from keng.normalise.windows_usual import usual_fields

EVENT: dict[str, Any] = {
    "#attributes": {"xmlns": "http://schemas.microsoft.com/win/2004/08/events/event"},
    "System": {
        "Provider": {"#attributes": {"Name": "P", "Guid": "G"}},
        "EventID": 1,
        "Version": 5,
        "Level": 4,
        "Task": 1,
        "Opcode": 0,
        "Keywords": "0x8000000000000000",
        "TimeCreated": {"#attributes": {"SystemTime": "2024-05-01T12:00:00.123456Z"}},
        "EventRecordID": 7,
        "Correlation": None,
        "Execution": {"#attributes": {"ProcessID": 4, "ThreadID": 8}},
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "Computer": "pc-1",
        "Security": {"#attributes": {"UserID": "S-1-5-18"}},
    },
    "EventData": {"Image": "C:\\a.exe", "ProcessId": 3, "Empty": None},
}


def changed(**parts: Any) -> dict[str, Any]:
    event = copy.deepcopy(EVENT)
    for name, value in parts.items():
        event["System"][name] = value
    return event


@pytest.mark.parametrize(
    "event",
    [
        EVENT,
        {name: part for name, part in EVENT.items() if name != "#attributes"},
        {**EVENT, "EventData": None},
        changed(Correlation={"#attributes": {"ActivityID": "A", "RelatedActivityID": "B"}}),
        changed(Correlation={}, Security=None),
        changed(Security=None),
    ],
)
def test_the_usual_form_gives_what_the_long_way_gives_in_the_same_order(event: dict[str, Any]) -> None:
    fields = usual_fields(event)
    if fields is not None:
        assert list(fields.items()) == list(_any_fields(event).items())
    assert (fields is None) is (event["System"].get("Correlation") == {})


@pytest.mark.parametrize(
    "event",
    [
        changed(EventID={"#attributes": {"Qualifiers": 1}, "#text": 4104}),
        changed(Provider={"#attributes": {"Name": "P"}}),
        changed(Provider={"#attributes": {"Name": "P", "EventSourceName": "x"}}),
        changed(Provider={"#attributes": {"Name": "P", "Guid": "G"}, "#text": "x"}),
        changed(Provider="P"),
        changed(Security={"#attributes": {"UserID": "S", "x": 1}}),
        changed(Security={"#attributes": {}}),
        changed(Execution=None),
        changed(Keywords=["a"]),
        changed(Extra=1),
        {**EVENT, "EventData": {"Channel": "Other"}},
        {**EVENT, "EventData": {"Data": {"#text": ["a"]}}},
        {**EVENT, "EventData": "text"},
        {**EVENT, "UserData": {"x": {"y": 1}}},
        {"System": EVENT["System"]},
        {"System": None, "EventData": {}},
    ],
)
def test_any_other_form_is_left_to_the_long_way(event: dict[str, Any]) -> None:
    before = copy.deepcopy(event)
    assert usual_fields(event) is None
    windows_event({"Event": event})
    assert event == before
