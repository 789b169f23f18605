"""Windows events written flat: header and data side by side.

    NXLog        EventID SourceName Channel EventTime Hostname RecordNumber Keywords (a number) … + data
    OTRF         as NXLog or its own export: TimeCreated, @timestamp, Level and Task as text
    Fluent Bit   ProviderName EventID Channel Computer TimeCreated StringInserts Message
    EvtxECmd     Provider EventId EventRecordId TimeCreated Payload (JSON text with the data)
    Get-WinEvent Id LogName ProviderName MachineName RecordId Properties Message

What is not known as header is data. Keys of the transport are dropped.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from keng.normalise.parts import Parts
from keng.normalise.windows_system import finish, keywords_hex, leaves, level_number

_HEADER = {
    "SourceName": "Provider_Name",
    "ProviderName": "Provider_Name",
    "Provider_Name": "Provider_Name",
    "Provider": "Provider_Name",
    "ProviderGuid": "Provider_Guid",
    "Provider_Guid": "Provider_Guid",
    "EventID": "EventID",
    "EventId": "EventID",
    "Version": "Version",
    "Level": "Level",
    "Task": "Task",
    "TaskValue": "Task",
    "Opcode": "Opcode",
    "OpcodeValue": "Opcode",
    "Keywords": "Keywords",
    "RecordNumber": "EventRecordID",
    "EventRecordID": "EventRecordID",
    "EventRecordId": "EventRecordID",
    "RecordId": "EventRecordID",
    "ActivityID": "Correlation_ActivityID",
    "RelatedActivityID": "Correlation_RelatedActivityID",
    "ExecutionProcessID": "Execution_ProcessID",
    "ExecutionThreadID": "Execution_ThreadID",
    "ThreadID": "Execution_ThreadID",
    "Channel": "Channel",
    "LogName": "Channel",
    "Hostname": "Computer",
    "Computer": "Computer",
    "ComputerName": "Computer",
    "MachineName": "Computer",
    "UserID": "Security_UserID",
}
_TRANSPORT = frozenset(
    [
        "@timestamp",
        "@version",
        "@host",
        "host",
        "port",
        "tags",
        "type",
        "SourceModuleName",
        "SourceModuleType",
        "EventReceivedTime",
        "SeverityValue",
        "Severity",
        "EventTime",
        "TimeCreated",
        "EventTypeOrignal",
        "StringInserts",
        "ChunkNumber",
        "SourceFile",
        "HiddenRecord",
        "ExtraDataOffset",
    ]
)
_KINDS = frozenset(("INFO", "WARNING", "ERROR", "CRITICAL", "VERBOSE", "AUDIT_SUCCESS", "AUDIT_FAILURE"))
_TIMES = ("TimeCreated", "TimeCreated_SystemTime", "EventTime", "@timestamp", "UtcTime")


def flat_parts(record: dict[str, Any]) -> Parts:
    """One event."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for name, value in record.items():
        if (header := _HEADER.get(name)) is not None:
            fields.setdefault(header, value)
        elif name in _TRANSPORT or (name == "EventType" and value in _KINDS) or type(value) is list:
            continue
        elif type(value) is dict:
            leaves(value, data)
        else:
            data[name] = value
    if "EventID" not in fields:
        fields["EventID"] = data.pop("Id", None)
    if "Level" in fields:
        fields["Level"] = level_number(fields["Level"])
    if "Keywords" in fields:
        fields["Keywords"] = keywords_hex(fields["Keywords"])
    fields["TimeCreated_SystemTime"] = _time(record)
    _unnamed(record, data)
    if "MapDescription" in record or "PayloadData1" in record:
        _evtxecmd(data)
    return finish(fields, data, str(record.get("@host") or ""))


def _time(record: dict[str, Any]) -> Any:
    """The time with a zone that stands nearest to the event; else one without, taken as UTC."""
    fallback: Any = None
    for name in _TIMES:
        value = record.get(name)
        if isinstance(value, str) and value:
            if value.startswith("/Date(") and (digits := value[6:].split(")")[0]).isdecimal():
                return _iso_of_millis(int(digits))
            if value.endswith("Z") or value[19:].lstrip(".0123456789 ").startswith(("+", "-")):
                return value
            fallback = fallback or value
    return fallback


def _iso_of_millis(millis: int) -> str | None:
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millis)).isoformat()
    except OverflowError:
        return None


def _unnamed(record: dict[str, Any], data: dict[str, Any]) -> None:
    inserts = record.get("StringInserts")
    if isinstance(inserts, list) and inserts:
        data["Data"] = [item for item in inserts if isinstance(item, str | int | float)]
    properties = record.get("Properties")
    if isinstance(properties, list) and properties:
        data["Data"] = [item.get("Value") for item in properties if isinstance(item, dict)]


def _evtxecmd(data: dict[str, Any]) -> None:
    for name in (
        "PayloadData1",
        "PayloadData2",
        "PayloadData3",
        "PayloadData4",
        "PayloadData5",
        "PayloadData6",
    ):
        data.pop(name, None)
    data.pop("MapDescription", None)
    try:
        event_data = orjson.loads(data.pop("Payload", ""))["EventData"]["Data"]
    except (ValueError, KeyError, TypeError):
        return
    if isinstance(event_data, str):
        data["Data"] = event_data
        return
    for item in event_data if isinstance(event_data, list) else [event_data]:
        if isinstance(item, dict) and isinstance(own := item.get("@Name"), str):
            data[own] = item.get("#text")
