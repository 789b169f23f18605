"""Windows events written flat: header and data side by side.

    NXLog        EventID SourceName Channel EventTime Hostname RecordNumber Keywords (a number) … + data
    OTRF         as NXLog or its own export: TimeCreated, @timestamp, Level and Task as text
    Fluent Bit   ProviderName EventID Channel Computer TimeCreated StringInserts Message
    EvtxECmd     Provider EventId EventRecordId TimeCreated Payload (JSON text with the data)
    Hayabusa     Timestamp Computer Channel (short) EventID RecordID Details (short names)
    Sentinel     EventSourceName Channel EventID Computer TimeGenerated EventData (XML, or an object in a text)
    Get-WinEvent Id LogName ProviderName MachineName RecordId Properties Message

What is not known as header is data. Keys of the transport are dropped.
"""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from types import NoneType
from typing import Any, NamedTuple

import orjson

from keng.normalise.parts import Parts
from keng.normalise.windows_system import IDENTITY, finish, keywords_hex, leaves, level_number

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
HEADER_KEYS = frozenset(_HEADER)
TRANSPORT = frozenset(
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
        "Timestamp",
        "ExtraFieldInfo",
    ]
)
KINDS = frozenset(("INFO", "WARNING", "ERROR", "CRITICAL", "VERBOSE", "AUDIT_SUCCESS", "AUDIT_FAILURE"))
SPECIAL = frozenset(("EventData", "StringInserts", "Properties", "MapDescription", "PayloadData1"))
_NESTED = frozenset((dict, list))
_DATA = re.compile(r"""<Data\s+Name=["']([^"'<>]{1,256})["']\s*>([^<]*)</Data>""")
_TIMES = (
    "TimeCreated", "TimeCreated_SystemTime", "EventTime", "@timestamp", "UtcTime", "Timestamp", "TimeGenerated",
)  # fmt: skip
# Hayabusa's short names, as its default profile has them.
_SHORT_CHANNELS = {
    "Sec": "Security", "Sys": "System", "App": "Application", "Sysmon": "Microsoft-Windows-Sysmon/Operational",
    "PwSh": "Microsoft-Windows-PowerShell/Operational", "PwShClassic": "Windows PowerShell",
    "Defender": "Microsoft-Windows-Windows Defender/Operational", "TaskSch": "Microsoft-Windows-TaskScheduler/Operational",
    "WMI": "Microsoft-Windows-WMI-Activity/Operational", "BitsCli": "Microsoft-Windows-Bits-Client/Operational",
    "RDS-LSM": "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
    "FW": "Microsoft-Windows-Windows Firewall With Advanced Security/Firewall",
}  # fmt: skip
_SHORT_NAMES = {
    "Cmdline": "CommandLine", "Proc": "Image", "ParentCmdline": "ParentCommandLine", "ParentProc": "ParentImage",
    "PID": "ProcessId", "ParentPID": "ParentProcessId", "PGUID": "ProcessGuid", "ParentPGUID": "ParentProcessGuid",
    "TgtUser": "TargetUserName", "SrcUser": "SubjectUserName", "SrcIP": "IpAddress", "TgtIP": "DestinationIp",
    "SrcComp": "WorkstationName", "Type": "LogonType", "LID": "TargetLogonId", "Svc": "ServiceName", "Path": "ImagePath",
    "TgtObj": "TargetObject", "Hash": "Hashes", "ScriptBlock": "ScriptBlockText",
}  # fmt: skip


class _Layout(NamedTuple):
    """How records with the same keys become fields, worked out once.

    values: takes those of the fields out of a record, in the order of their names. times: keys that hold a time,
    best first.
    """

    names: tuple[str, ...]
    values: Callable[[dict[str, Any]], tuple[Any, ...]]
    times: tuple[str, ...]
    special: bool


@lru_cache(maxsize=4096)
def _layout(keys: tuple[str, ...]) -> _Layout:
    places: dict[str, str] = {}
    for key in keys:
        if (name := _HEADER.get(key)) is not None:
            places.setdefault(name, key)
    data = [key for key in keys if key not in _HEADER and key not in TRANSPORT]
    if "EventID" not in places and "Id" in data:
        data.remove("Id")
        places["EventID"] = "Id"
    places.update((key, key) for key in data if key not in IDENTITY)
    return _Layout(
        tuple(places),
        # With one key alone it would give the value itself.
        itemgetter(*places.values())
        if len(places) > 1
        else lambda record: tuple(map(record.get, places.values())),
        tuple(name for name in _TIMES if name in keys),
        bool(SPECIAL.intersection(keys)),
    )


def flat_parts(record: dict[str, Any]) -> Parts:
    """One event."""
    layout = _layout(tuple(record))
    values = layout.values(record)
    fields = dict(zip(layout.names, values, strict=True))
    kinds = set(map(type, values))
    if NoneType in kinds:
        fields = {name: value for name, value in fields.items() if value is not None}
    if not _NESTED.isdisjoint(kinds):
        _unnest(fields)
    if "RuleTitle" in record and "Details" in record:
        _hayabusa(record, fields)
    if type(kind := fields.get("EventType")) is str and kind in KINDS:
        del fields["EventType"]
    if type(level := fields.get("Level")) is str:
        fields["Level"] = level_number(level)
    if type(keywords := fields.get("Keywords")) is not str and keywords is not None:
        fields["Keywords"] = keywords_hex(keywords)
    if (time := _time(record, layout.times)) is not None:
        fields["TimeCreated_SystemTime"] = time
    if layout.special:
        _unnamed(record, fields)
    parts = finish(fields, str(record.get("@host") or ""))
    if parts.time_us.__class__ is not int and time != record.get("EventTime"):
        # Only NXLog's and Snare's EventTime is what the clock on the wall shows.
        return parts._replace(time_us=int(parts.time_us))
    return parts


def _unnest(fields: dict[str, Any]) -> None:
    """Objects give their leaves; lists, which no event data has, are left out."""
    for name, value in list(fields.items()):
        if type(value) is dict:
            del fields[name]
            leaves(value, fields)
        elif type(value) is list and name not in ("Keywords", "Data"):
            del fields[name]


def _time(record: dict[str, Any], names: tuple[str, ...]) -> str | None:
    """The time with a zone that stands nearest to the event; else one without."""
    fallback: str | None = None
    for name in names:
        value = record[name]
        if type(value) is str and value:
            if value[-1] == "Z":
                return value
            if value.startswith("/Date(") and (digits := value[6:].split(")")[0]).isdecimal():
                return _iso_of_millis(int(digits))
            if value[19:].lstrip(".0123456789 ").startswith(("+", "-")):
                return value
            fallback = fallback or value
    return fallback


def _iso_of_millis(millis: int) -> str | None:
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millis)).isoformat()
    except OverflowError:
        return None


def _unnamed(record: dict[str, Any], fields: dict[str, Any]) -> None:
    """Data that stands in lists or in a text of its own."""
    data = fields.get("EventData")
    if isinstance(data, str):
        _in_text(data, fields)
    if "MapDescription" in record or "PayloadData1" in record:
        _evtxecmd(fields)
    inserts = record.get("StringInserts")
    if isinstance(inserts, list) and inserts:
        fields["Data"] = [item for item in inserts if isinstance(item, str | int | float)]
    properties = record.get("Properties")
    if isinstance(properties, list) and properties:
        fields["Data"] = [item.get("Value") for item in properties if isinstance(item, dict)]


def _in_text(data: str, fields: dict[str, Any]) -> None:
    """Log Analytics keeps the data as XML, or as an object in a text."""
    try:
        own = (
            orjson.loads(data)
            if data[:1] == "{"
            else {html.unescape(name): html.unescape(value) for name, value in _DATA.findall(data)}
        )
    except orjson.JSONDecodeError:
        return
    if isinstance(own, dict) and own:
        del fields["EventData"]
        for name, value in leaves(own, {}).items():
            fields.setdefault(name, value)


def _hayabusa(record: dict[str, Any], fields: dict[str, Any]) -> None:
    """What a rule of Hayabusa found: the event's own names again, where its short ones are known."""
    fields["Channel"] = _SHORT_CHANNELS.get(str(fields.get("Channel", "")), fields.get("Channel", ""))
    fields.pop("Level", None)
    for part in (record.get("Details"), record.get("ExtraFieldInfo")):
        if isinstance(part, str):
            part = dict(pair.split(": ", 1) for pair in part.split(" ¦ ")[:256] if ": " in pair)
        if isinstance(part, dict):
            for short, value in part.items():
                name = _SHORT_NAMES.get(str(short), str(short))
                if name not in IDENTITY and isinstance(value, str | int):
                    fields[name] = value
    fields.pop("Details", None)


def _evtxecmd(fields: dict[str, Any]) -> None:
    for number in range(1, 7):
        fields.pop(f"PayloadData{number}", None)
    fields.pop("MapDescription", None)
    try:
        event_data = orjson.loads(fields.pop("Payload", ""))["EventData"]["Data"]
    except (ValueError, KeyError, TypeError):
        return
    if isinstance(event_data, str):
        fields["Data"] = event_data
        return
    for item in event_data if isinstance(event_data, list) else [event_data]:
        if isinstance(item, dict) and isinstance(own := item.get("@Name"), str) and own not in IDENTITY:
            fields[own] = item.get("#text")
