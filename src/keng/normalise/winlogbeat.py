"""Windows events as Winlogbeat and Elastic Agent send them, in three layouts.

    7 and newer   {"winlog": {"channel", "provider_name", "event_id", "event_data": {…}, …}, "event": {"code"}, …}
    dotted        {"winlog.channel": …, "winlog.event_data.Image": …}          (exports)
    6             {"log_name", "source_name", "event_id", "event_data": {…}, …}

Where the pipeline moved Sysmon's data to ECS names, they are taken back from there.
"""

from functools import lru_cache
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
_ABSENT = object()
_ONLY_FOR = {"ImageLoaded": 7, "PipeName": (17, 18), "TargetFilename": (2, 11, 15, 23, 26, 27, 28, 29)}


def winlogbeat_parts(record: dict[str, Any]) -> Parts:
    """One document."""
    return (usual_parts(record) if is_usual(tuple(record)) else None) or any_parts(record)


@lru_cache(maxsize=4096)
def is_usual(keys: tuple[str, ...]) -> bool:
    """Whether a document with these keys is nested throughout, with nothing of the data under ECS names."""
    return "winlog" in keys and _ECS.isdisjoint(keys) and "." not in "".join(keys)


def usual_parts(record: dict[str, Any]) -> Parts | None:
    """What nearly all documents are, without a detour; None if this one has another form. Gives what `any_parts` gives."""
    winlog = record["winlog"]
    data = winlog.get("event_data") if type(winlog) is dict else None
    if type(data) is not dict or "user_data" in winlog or not _IDENTITY.isdisjoint(data):
        return None
    kinds = set(map(type, data.values()))
    if dict in kinds:
        return None
    get = winlog.get
    event, log, host = record.get("event"), record.get("log"), record.get("host")
    process, user = get("process"), get("user")
    if (
        type(number := get("event_id", _ABSENT)) is str
        and number.isascii()
        and number.isdigit()
        and len(number) < 10
    ):
        number = int(number)
    provider = get("provider_name") or get("source_name")
    if (
        type(number) is not int
        or type(provider) is not str
        or type(log) is not dict
        or type(event) is not dict
    ):
        return None
    fields: dict[str, Any] = {"Provider_Name": provider}
    if (value := get("provider_guid")) is not None:
        fields["Provider_Guid"] = value
    fields["EventID"] = number
    if (value := get("version")) is not None:
        fields["Version"] = value
    if (value := log.get("level") or record.get("level")) is not None:
        fields["Level"] = level_number(value)
    if (value := get("task")) is not None:
        fields["Task"] = value
    if (value := get("opcode")) is not None:
        fields["Opcode"] = value
    if (value := get("keywords")) is not None:
        fields["Keywords"] = keywords_hex(value)
    if (value := get("time_created") or record.get("@timestamp")) is not None:
        fields["TimeCreated_SystemTime"] = value
    if (value := get("record_id", get("record_number"))) is not None:
        fields["EventRecordID"] = value if type(value) is int else _number(value)
    if (value := get("activity_id")) is not None:
        fields["Correlation_ActivityID"] = value
    if type(process) is dict:
        if (value := process.get("pid")) is not None:
            fields["Execution_ProcessID"] = value
        if type(thread := process.get("thread")) is dict and (value := thread.get("id")) is not None:
            fields["Execution_ThreadID"] = value
    if (value := get("channel") or get("log_name")) is not None:
        fields["Channel"] = value
    value = get("computer_name") or (host.get("name") if type(host) is dict else None)
    if value is not None:
        fields["Computer"] = value
    if type(user) is dict and (value := user.get("identifier")) is not None:
        fields["Security_UserID"] = value
    fields |= data
    if "xml_name" in data:
        del fields["xml_name"]
    if type(message := record.get("message")) is str:
        fields["Message"] = message
    if NoneType in kinds:
        fields = {name: value for name, value in fields.items() if value is not None}
    return finish(fields)


def any_parts(record: dict[str, Any]) -> Parts:
    """One document of any form."""
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
