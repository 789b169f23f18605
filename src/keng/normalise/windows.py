"""Windows events to flat Sigma fields.

In: the dict of evtx_dump or the `evtx` parser, `{"Event": {"System": {…}, "EventData": {…}}}` (or `UserData`).
Out: every leaf under its own name, attributes as `Tag_Attribute` (`Provider_Name`), repeated names and
`EventData.Data` without names as a list. A name of the payload stands before the same name of `System`
(event 104 names the channel that was cleared), except for the names that identify the event.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from keng.model.event import LogSource
from keng.normalise.logsource import sysmon_linux_logsource, windows_logsource
from keng.normalise.windows_names import NAMED, add_names
from keng.normalise.windows_usual import usual_fields

MAX_DEPTH = 16
LINUX_SYSMON = "Linux-Sysmon"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ATTRIBUTES = "#attributes"
_SYSTEM_NAMES: dict[str, dict[str, str]] = {
    name: {attribute: f"{name}_{attribute}" for attribute in attributes}
    for name, attributes in {
        "Provider": ("Name", "Guid", "EventSourceName"),
        "EventID": ("Qualifiers",),
        "TimeCreated": ("SystemTime",),
        "Correlation": ("ActivityID", "RelatedActivityID"),
        "Execution": ("ProcessID", "ThreadID"),
        "Security": ("UserID",),
    }.items()
}
_TEXT = "#text"
_BESIDE = "_attributes"
_NESTED = frozenset((dict, list))
_IDENTITY = frozenset({"EventID", "Provider_Name", "Computer", "EventRecordID", "TimeCreated_SystemTime"})
# Security 4688 under the names of Sysmon's process_creation; raw names are kept beside them.
_PROCESS_4688 = (
    ("NewProcessName", "Image"),
    ("ParentProcessName", "ParentImage"),
    ("SubjectUserName", "User"),
    ("SubjectLogonId", "LogonId"),
    ("NewProcessId", "ProcessId"),
)
# Sysmon names these accounts; Security names the machine's account instead (`HOST$`).
_SERVICE_ACCOUNTS = {
    "S-1-5-18": "NT AUTHORITY\\SYSTEM",
    "S-1-5-19": "NT AUTHORITY\\LOCAL SERVICE",
    "S-1-5-20": "NT AUTHORITY\\NETWORK SERVICE",
}
_INTEGRITY = {
    "S-1-16-4096": "Low",
    "S-1-16-8192": "Medium",
    "S-1-16-8448": "Medium",
    "S-1-16-12288": "High",
    "S-1-16-16384": "System",
}


class WindowsEvent(NamedTuple):
    """What a Windows record means: flat Sigma fields, log source, own time (µs since the epoch; 0 if absent), host."""

    fields: dict[str, Any]
    logsource: LogSource
    time_us: int
    host: str


def windows_event(record: dict[str, Any]) -> WindowsEvent:
    """Flatten one event. Missing or odd parts give empty values, never an exception."""
    event = record.get("Event", record)
    if not isinstance(event, dict):
        return WindowsEvent({}, LogSource("windows"), 0, "")
    fields = usual_fields(event)
    if fields is None:
        event = _reshaped(event)
        fields = _any_fields(event)
    system = event.get("System")
    channel = system.get("Channel") if isinstance(system, dict) else ""
    if type(channel) is not str:
        channel = str(channel or "")
    number = fields.get("EventID")
    if type(number) is not int:
        number = event_id(fields)
    if number == 4688:
        complete(fields, channel)
    provider = fields.get("Provider_Name")
    if type(provider) is not str:
        provider = str(provider or "")
    if provider == LINUX_SYSMON:
        logsource = sysmon_linux_logsource(number)
    else:
        logsource = windows_logsource(channel, provider, number)
        if logsource.service in NAMED:
            add_names(fields, logsource)
    host = fields.get("Computer")
    return WindowsEvent(
        fields,
        logsource,
        time_us(fields.get("TimeCreated_SystemTime")),
        host if type(host) is str else str(host or ""),
    )


def _beside(system: dict[str, Any]) -> dict[str, Any]:
    """Attributes that stand beside their element ("TimeCreated_attributes", as Chainsaw has them), inside it again."""
    out: dict[str, Any] = {}
    for name, part in system.items():
        if name.endswith(_BESIDE):
            own = system.get(name.removesuffix(_BESIDE))
            out[name.removesuffix(_BESIDE)] = (
                {_ATTRIBUTES: part} if own is None else {_ATTRIBUTES: part, _TEXT: own}
            )
        else:
            out.setdefault(name, part)
    return out


def _without_signs(value: Any, depth: int = 0) -> Any:
    """XML as other converters write it ({"@Name": …, "#text": …}) in the shape of evtx_dump."""
    if not isinstance(value, dict) or depth > MAX_DEPTH:
        return value
    out: dict[str, Any] = {}
    attributes: dict[str, Any] = {}
    for name, part in value.items():
        if name[:1] == "@":
            attributes[name[1:]] = part
        elif name == "Data" and isinstance(named := part if isinstance(part, list) else [part], list):
            unnamed = [
                item for item in named if not (isinstance(item, dict) and isinstance(item.get("@Name"), str))
            ]
            out.update((item["@Name"], item.get("#text", "")) for item in named if item not in unnamed)
            if unnamed:
                out["Data"] = unnamed if len(unnamed) > 1 else unnamed[0]
        else:
            out[name] = _without_signs(part, depth + 1)
    if attributes:
        out[_ATTRIBUTES] = attributes
    return out


def _reshaped(event: dict[str, Any]) -> dict[str, Any]:
    """What other converters wrote, in the shape of evtx_dump."""
    system = event.get("System")
    if type(system) is dict:
        if type(provider := system.get("Provider")) is dict and "@Name" in provider:
            reshaped: dict[str, Any] = _without_signs(event)
            return reshaped
        if "TimeCreated_attributes" in system or "Provider_attributes" in system:
            return {**event, "System": _beside(system)}
        number = system.get("EventID")
        if (type(number) is dict and "Value" in number) or (type(provider) is dict and "Name" in provider):
            return {**event, "System": _parsed(system), **_named(event.get("EventData"))}
    return event


def _named(data: Any) -> dict[str, Any]:
    """EventData whose values are a list of objects {"Name": …, "Value": …}, with one name each."""
    pairs = data.get("Data") if type(data) is dict else None
    if type(pairs) is not list or not all(
        type(one) is dict and type(one.get("Name")) is str for one in pairs
    ):
        return {}
    return {"EventData": {one["Name"]: one.get("Value", one.get("#text", one.get("Text"))) for one in pairs}}


def _parsed(system: dict[str, Any]) -> dict[str, Any]:
    """Attributes as plain objects, as Velociraptor and others in Go write them: {"EventID": {"Value": 1},
    "Provider": {"Name": …}, "TimeCreated": {"SystemTime": 1795489872.1}}."""
    out: dict[str, Any] = {}
    for name, part in system.items():
        if type(part) is not dict:
            out[name] = part
        elif name == "EventID":
            out[name] = part.get("Value")
        else:
            out[name] = {_ATTRIBUTES: part}
    time = system.get("TimeCreated")
    seconds = time.get("SystemTime") if type(time) is dict else None
    if isinstance(seconds, int | float) and 0 < seconds < 1e11:
        moment = _EPOCH + timedelta(microseconds=round(seconds * 1_000_000))
        out["TimeCreated"] = {_ATTRIBUTES: {"SystemTime": moment.isoformat()}}
    return out


def _any_fields(event: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    system = event.get("System")
    if isinstance(system, dict):
        _flatten_system(system, fields)
    for name, part in event.items():
        if name == "System" or name == _ATTRIBUTES:
            continue
        if isinstance(part, dict):
            payload = part if _NESTED.isdisjoint(map(type, part.values())) else _flattened(part)
            merged = {**fields, **payload}
            if len(merged) == len(fields) + len(payload):
                fields = merged
            else:
                _merge(fields, payload)
        elif part is not None and name not in ("EventData", "UserData"):
            fields.setdefault(name, part)
    return fields


def complete(fields: dict[str, Any], channel: str) -> dict[str, Any]:
    """Add the Sigma names that the channel's own names stand for (Security 4688). Changes and returns `fields`.

    Other shapes of Windows events (Winlogbeat, NXLog, flat) use it after their own flattening.
    """
    if event_id(fields) == 4688 and (channel or str(fields.get("Channel", ""))).casefold() == "security":
        if "ProcessId" in fields and "NewProcessId" in fields:
            # In 4688 the raw `ProcessId` is the parent; Sigma's `ProcessId` is the new process.
            fields.setdefault("ParentProcessId", fields.pop("ProcessId"))
        if (account := _SERVICE_ACCOUNTS.get(str(fields.get("SubjectUserSid", "")))) is not None:
            fields.setdefault("User", account)
        for raw, name in _PROCESS_4688:
            if raw in fields:
                fields.setdefault(name, fields[raw])
        if (label := _INTEGRITY.get(str(fields.get("MandatoryLabel", "")))) is not None:
            fields.setdefault("IntegrityLevel", label)
    return fields


def event_id(fields: dict[str, Any]) -> int:
    """The event id as a number; 0 if it is absent or no number."""
    value = fields.get("EventID")
    if isinstance(value, int):
        return value
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def time_us(value: object) -> int:
    """ISO 8601 time (`2020-10-15T13:17:02.403318Z`, zone optional: UTC) to microseconds since the epoch; 0 if none."""
    if not isinstance(value, str) or len(value) < 10:
        return 0
    if len(value) == 27 and value[26] == "Z" and value[19] == "." and (digits := value[20:26]).isdecimal():
        seconds = _seconds(value[:19])
        return 0 if seconds is None else seconds * 1_000_000 + int(digits)
    text = value.strip()
    if text.endswith(" UTC"):
        text = text[:-4]
    try:
        moment = datetime.fromisoformat(_six_digits(text))
    except ValueError:
        return 0
    return _micros(moment)


@lru_cache(maxsize=16_384)
def _seconds(text: str) -> int | None:
    """`2020-10-15T13:17:02` in UTC to seconds; events come in bunches of the same second."""
    try:
        return _micros(datetime.fromisoformat(text)) // 1_000_000
    except ValueError:
        return None


def _micros(moment: datetime) -> int:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def _six_digits(text: str) -> str:
    # Windows writes up to nine digits after the second; datetime takes at most six.
    point = text.find(".", 18)
    if point < 0:
        return text
    end = point + 1
    while end < len(text) and text[end].isdigit():
        end += 1
    return f"{text[: point + 1]}{text[point + 1 : end][:6]:0<6}{text[end:]}"


def _flatten_system(system: dict[str, Any], fields: dict[str, Any]) -> None:
    """The usual parts of `System` without a detour: a scalar, or attributes with at most a text."""
    for name, value in system.items():
        kind = type(value)
        if kind is not dict and kind is not list:
            fields[name] = value
            continue
        names = _SYSTEM_NAMES.get(name)
        if kind is list or names is None or not isinstance(attributes := value.get(_ATTRIBUTES), dict):
            _flatten({name: value}, fields, 0)
            continue
        for attribute, content in attributes.items():
            fields[names.get(attribute) or f"{name}_{attribute}"] = content
        if len(value) > 1:
            _flatten({name: {key: part for key, part in value.items() if key != _ATTRIBUTES}}, fields, 0)


def _flattened(part: dict[str, Any]) -> dict[str, Any]:
    payload: dict[str, Any] = {}
    _flatten(part, payload, 0)
    return payload


def _merge(fields: dict[str, Any], payload: dict[str, Any]) -> None:
    """Payload stands before `System`, but a null says nothing and the event's identity stays."""
    for name, value in payload.items():
        if name not in fields or (value is not None and name not in _IDENTITY):
            fields[name] = value


def _flatten(part: dict[str, Any], out: dict[str, Any], depth: int) -> None:
    for name, value in part.items():
        if name == _ATTRIBUTES:
            continue
        if isinstance(value, dict):
            _element(name, value, out, depth)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    _element(name, item, out, depth)
                else:
                    _add(out, name, item)
        else:
            _add(out, name, value)


def _element(name: str, element: dict[str, Any], out: dict[str, Any], depth: int) -> None:
    attributes = element.get(_ATTRIBUTES)
    text = element.get(_TEXT)
    if isinstance(attributes, dict):
        own = attributes.get("Name")
        if name == "Data" and isinstance(own, str):
            _add(out, own, text)
            return
        for attribute, value in attributes.items():
            _add(out, f"{name}_{attribute}", value)
    if isinstance(text, list):
        for item in text:
            _add(out, name, item)
    elif text is not None:
        _add(out, name, text)
    if depth < MAX_DEPTH:
        inner = {key: value for key, value in element.items() if key not in (_ATTRIBUTES, _TEXT)}
        if inner:
            _flatten(inner, out, depth + 1)


def _add(out: dict[str, Any], name: str, value: Any) -> None:
    if name not in out:
        out[name] = value
    elif isinstance(previous := out[name], list):
        previous.append(value)
    else:
        out[name] = [previous, value]
