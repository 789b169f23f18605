"""Windows events as Winlogbeat and Elastic Agent send them, in three layouts.

    7 and newer   {"winlog": {"channel", "provider_name", "event_id", "event_data": {…}, …}, "event": {"code"}, …}
    dotted        {"winlog.channel": …, "winlog.event_data.Image": …}          (exports)
    6             {"log_name", "source_name", "event_id", "event_data": {…}, …}

Where the pipeline moved Sysmon's data to ECS names, they are taken back from there.
"""

from types import NoneType
from typing import Any

from keng.normalise.parts import Parts
from keng.normalise.windows_system import IDENTITY, finish, keywords_hex, leaves, level_number

_FROM_ECS = (
    ("Image", "process.executable"),
    ("CommandLine", "process.command_line"),
    ("ProcessId", "process.pid"),
    ("ProcessGuid", "process.entity_id"),
    ("CurrentDirectory", "process.working_directory"),
    ("ParentImage", "process.parent.executable"),
    ("ParentCommandLine", "process.parent.command_line"),
    ("ParentProcessId", "process.parent.pid"),
    ("ParentProcessGuid", "process.parent.entity_id"),
    ("OriginalFileName", "process.pe.original_file_name"),
    ("Company", "process.pe.company"),
    ("Description", "process.pe.description"),
    ("Product", "process.pe.product"),
    ("FileVersion", "process.pe.file_version"),
    ("TargetFilename", "file.path"),
    ("TargetObject", "registry.path"),
    ("Details", "registry.data.strings"),
    ("SourceIp", "source.ip"),
    ("SourcePort", "source.port"),
    ("DestinationIp", "destination.ip"),
    ("DestinationPort", "destination.port"),
    ("DestinationHostname", "destination.domain"),
    ("QueryName", "dns.question.name"),
    ("PipeName", "file.name"),
)
_ECS = frozenset({path.partition(".")[0] for _name, path in _FROM_ECS} | {"dll", "user"})
_IDENTITY = frozenset(IDENTITY)
_ONLY_FOR = {"ImageLoaded": 7, "PipeName": (17, 18), "TargetFilename": (2, 11, 15, 23, 26, 27, 28, 29)}


def winlogbeat_parts(record: dict[str, Any]) -> Parts:
    """One document."""
    winlog = record.get("winlog")
    if not isinstance(winlog, dict):
        winlog = _undotted(record) if "event_data" not in record and "log_name" not in record else record
    get = winlog.get
    data, nulls = _data(winlog)
    number = get("event_id")
    if number is None:
        number = _at(record, "event.code")
    if type(number) is str and number.isascii() and number.isdigit() and len(number) < 10:
        number = int(number)
    provider = get("provider_name") or get("source_name") or _at(record, "event.provider")
    level, keywords = _at(record, "log.level") or record.get("level"), get("keywords")
    fields: dict[str, Any] = {
        "Provider_Name": provider,
        "Provider_Guid": get("provider_guid"),
        "EventID": number,
        "Version": get("version"),
        "Level": level if level is None else level_number(level),
        "Task": get("task"),
        "Opcode": get("opcode"),
        "Keywords": keywords if keywords is None else keywords_hex(keywords),
        "TimeCreated_SystemTime": _at(record, "winlog.time_created") or record.get("@timestamp"),
        "EventRecordID": _number(get("record_id", get("record_number"))),
        "Correlation_ActivityID": get("activity_id"),
        "Execution_ProcessID": None,
        "Execution_ThreadID": None,
        "Channel": get("channel") or get("log_name"),
        "Computer": get("computer_name") or _at(record, "host.name"),
        "Security_UserID": None,
    }
    if isinstance(process := get("process"), dict):
        fields["Execution_ProcessID"] = process.get("pid")
        if isinstance(thread := process.get("thread"), dict):
            fields["Execution_ThreadID"] = thread.get("id")
    if isinstance(user := get("user"), dict):
        fields["Security_UserID"] = user.get("identifier")
    if _has_ecs(record) and "Sysmon" in str(provider):
        _from_ecs(record, data, int(number) if str(number).isdecimal() else 0)
    message = record.get("message")
    if isinstance(message, str):
        data["Message"] = message
    if not _IDENTITY.isdisjoint(data):
        data = {name: value for name, value in data.items() if name not in _IDENTITY}
    if nulls:
        fields |= data
        return finish({name: value for name, value in fields.items() if value is not None})
    fields = {name: value for name, value in fields.items() if value is not None}
    fields |= data
    return finish(fields)


def _data(winlog: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """What the event says, without what it says about itself, a dict of the caller's own; whether nulls may be in it."""
    data: dict[str, Any] = {}
    nulls = False
    for part in ("event_data", "user_data"):
        if isinstance(inner := winlog.get(part), dict):
            kinds = set(map(type, inner.values()))
            if not data and dict not in kinds:
                data = inner.copy()
                nulls = NoneType in kinds
            else:
                leaves(inner, data)
                nulls = True
    data.pop("xml_name", None)
    return data, nulls


def _has_ecs(record: dict[str, Any]) -> bool:
    """Whether any of `_FROM_ECS` can be there."""
    return not _ECS.isdisjoint(record) or "." in "".join(record)


def _from_ecs(record: dict[str, Any], data: dict[str, Any], number: int) -> None:
    for name, path in _FROM_ECS:
        only = _ONLY_FOR.get(name)
        if name in data or (isinstance(only, tuple) and number not in only):
            continue
        if (value := _at(record, path)) is not None:
            data[name] = value
    if (
        number == 7
        and "ImageLoaded" not in data
        and (path := _at(record, "dll.path") or _at(record, "file.path"))
    ):
        data["ImageLoaded"] = path
    if "User" not in data and (user := _at(record, "user.name")):
        domain = _at(record, "user.domain")
        data["User"] = f"{domain}\\{user}" if domain else user


def _at(record: dict[str, Any], path: str) -> Any:
    """The value at a dotted path, written nested or dotted."""
    if path in record:
        return record[path]
    value: Any = record
    for part in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(part)
        if value is None:
            return None
    return value


def _undotted(record: dict[str, Any]) -> dict[str, Any]:
    winlog: dict[str, Any] = {}
    for key, value in record.items():
        if not key.startswith("winlog."):
            continue
        place = winlog
        parts = key.split(".")[1:]
        if parts[0] in ("event_data", "user_data"):
            parts = [parts[0], ".".join(parts[1:])]
        for part in parts[:-1]:
            inner = place.setdefault(part, {})
            if not isinstance(inner, dict):
                break
            place = inner
        else:
            # Kibana's exports wrap each value in a list.
            place[parts[-1]] = value[0] if isinstance(value, list) and len(value) == 1 else value
    return winlog


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 20 else value
