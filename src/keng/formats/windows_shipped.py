"""Windows events in layouts of other collectors, turned into one that has a reader: NXLog's flat one, or Winlogbeat's.

    Wazuh       {"data": {"win": {"system": {"eventID", "channel", …}, "eventdata": {"image": …}}}, …}; also {"win": …}
    Graylog     {"winlogbeat_winlog_event_id": 1, "winlogbeat_winlog_event_data_Image": …}; also with "_" for the prefix
    GELF        {"version": "1.1", "host", "short_message", "_EventID": 1, "_Channel": …}
    Vector      {"event_id": 1, "channel": …, "provider_name": …, "event_data": {…}}
    NXLog       [NXLOG@14506 EventID="4625" Channel="Security" …]                 in a syslog line's structured data
    Azure       {"EventLog": …, "Source": …, "EventID": 1, "EventData": "<DataItem …>", "Type": "Event"}   Log Analytics
    Azure       {"category": "WindowsEventLogsTable", "properties": {"RawXml": "<Event …>"}}               diagnostics
Wazuh writes each name with a small first letter and each backslash twice.
"""

from datetime import UTC, datetime
from typing import Any

from keng.formats import event_xml

_SYSTEM = {
    "providerName": "ProviderName", "providerGuid": "ProviderGuid", "eventID": "EventID", "version": "Version",
    "level": "Level", "task": "Task", "opcode": "Opcode", "keywords": "Keywords", "systemTime": "TimeCreated",
    "eventRecordID": "EventRecordID", "processID": "ExecutionProcessID", "threadID": "ExecutionThreadID",
    "channel": "Channel", "computer": "Computer", "message": "Message",
}  # fmt: skip
_SEVERITY = frozenset(("severityValue", "eventSourceName"))
_GRAYLOG = ("winlogbeat_winlog_", "winlogbeat_", "winlog_")
_DATA = ("event_data_", "user_data_")
_SHORTEST = 2


def windows_of(value: dict[str, Any]) -> dict[str, Any] | None:
    """The same event in a layout of `json_shape`; None if it is none of these."""
    data = value.get("data")
    win = data.get("win") if type(data) is dict else value.get("win")
    if type(win) is dict and type(win.get("system")) is dict:
        return _wazuh(win)
    if "event_id" in value and type(value.get("channel")) is str and "provider_name" in value:
        return _vector(value)
    if "EventLog" in value and "Source" in value and "EventID" in value:
        return _log_analytics(value)
    if "short_message" in value and "version" in value:
        value = gelf(value)
        if ("EventID" in value or "EventId" in value) and ("Channel" in value or "SourceName" in value):
            return value
    for prefix in _GRAYLOG:
        if f"{prefix}event_id" in value:
            return _graylog(value, prefix)
    return None


def structured(data: dict[str, Any], header: dict[str, Any]) -> dict[str, Any] | None:
    """A Windows event in the structured data of a syslog line, as NXLog writes it; None if there is none."""
    for pairs in data.values():
        if type(pairs) is dict and "EventID" in pairs and ("Channel" in pairs or "ProviderGuid" in pairs):
            out = dict(pairs)
            out.setdefault("SourceName", header.get("program", ""))
            out.setdefault("Computer", header.get("hostname", ""))
            out.setdefault("TimeCreated", header.get("timestamp", ""))
            out.setdefault("Message", header.get("message", ""))
            return out
    return None


def raw_xml(value: dict[str, Any]) -> str:
    """The XML inside an event of Azure's diagnostics; "" if there is none."""
    inside = value.get("properties")
    text = inside.get("RawXml") if type(inside) is dict else None
    return text if type(text) is str and event_xml.carries(text) else ""


def gelf(value: dict[str, Any]) -> dict[str, Any]:
    """A message of GELF: its own fields without their underscore, its text as `message`."""
    out = {name[1:]: one for name, one in value.items() if name[:1] == "_" and len(name) >= _SHORTEST}
    for name in ("host", "timestamp", "level"):
        if name in value:
            out.setdefault(name, value[name])
    text = value.get("full_message") or value.get("short_message")
    if type(text) is str:
        out.setdefault("Message" if "EventID" in out else "message", text)
    if "EventID" in out or "EventId" in out:
        out.setdefault("Computer", value.get("host"))
        if "EventTime" not in out and isinstance(seconds := value.get("timestamp"), int | float):
            out.setdefault("TimeCreated", _iso(seconds))
    return out


def _iso(seconds: float) -> str | None:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (OverflowError, ValueError, OSError):
        return None


def _wazuh(win: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, one in win["system"].items():
        if (ours := _SYSTEM.get(name)) is not None:
            out[ours] = one
        elif name not in _SEVERITY:
            out.setdefault(_large(name), one)
    message = out.get("Message")
    if type(message) is str and message[:1] == message[-1:] == '"':
        out["Message"] = message[1:-1]
    for part in ("eventdata", "userdata"):
        inner = win.get(part)
        for name, one in inner.items() if type(inner) is dict else ():
            out.setdefault(_large(name), _single(one))
    return out


def _large(name: str) -> str:
    return name[:1].upper() + name[1:]


def _single(value: Any) -> Any:
    """A text without the doubling of its backslashes; as it is where one of them stands alone."""
    if type(value) is not str or "\\" not in value:
        return value
    plain = value.replace("\\\\", "\0")
    return value if "\\" in plain else plain.replace("\0", "\\")


def _vector(value: dict[str, Any]) -> dict[str, Any]:
    out = dict(value)
    out["log_name"] = value["channel"]
    out.setdefault("source_name", value["provider_name"])
    if "computer" in value:
        out.setdefault("computer_name", value["computer"])
    out.setdefault("event_data", {})
    if time := value.get("time_created") or value.get("timestamp"):
        out["@timestamp"] = time
    return out


def _log_analytics(value: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {
        "EventID": value["EventID"],
        "Channel": value["EventLog"],
        "ProviderName": value["Source"],
        "Computer": value.get("Computer"),
        "TimeCreated": value.get("TimeGenerated"),
        "Level": value.get("EventLevel"),
        "Message": value.get("RenderedDescription"),
    }
    out = {name: one for name, one in out.items() if one not in (None, "")}
    for name in ("EventData", "ParameterXml"):
        text = value.get(name)
        if type(text) is str and text:
            for own, one in event_xml.data_of(text).items():
                out.setdefault(own, one)
    return out


def _graylog(value: dict[str, Any], prefix: str) -> dict[str, Any]:
    winlog: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for name, one in value.items():
        if not name.startswith(prefix):
            continue
        own = name[len(prefix) :]
        start = next((start for start in _DATA if own.startswith(start)), "")
        if start:
            data[own[len(start) :]] = one
        else:
            winlog[own] = one
    winlog["event_data"] = data
    out: dict[str, Any] = {"winlog": winlog, "@timestamp": value.get("timestamp")}
    for name, ours in (("message", "message"), ("full_message", "message")):
        if type(value.get(name)) is str:
            out[ours] = value[name]
    if type(host := value.get("source") or value.get("host")) is str:
        out["host"] = {"name": host}
    return out
