"""What a collector's delivery carries: the entry inside an event of Splunk's HEC, or inside an OTLP log record.

    {"time": 1780000000.5, "host": "dc01", "sourcetype": "…", "event": {…} or "a line", "fields": {…}}
    {"CreationDate": …, "AuditData": "{…}"}            {"group": "Sigma", "document": {"data": {"Event": …}}}
    {"@timestamp": …, "host": {"name": "dc01"}, "body": {…}, "attributes": {…}, "resource": {…}}

    {"CloudTrailEvent": "{…}", "EventName": …}         {"eventType": "com.okta.event_hook", "data": {"events": [{…}]}}
    {"message": {"data": "eyJ…", "messageId": …}, "subscription": …}
    {"category": "AdvancedHunting-DeviceProcessEvents", "properties": {…}}
    {"version": "1.1", "host": …, "short_message": …, "_own": …}

Windows events in other collectors' layouts: see `windows_shipped`.
The OpenTelemetry Collector's `windowseventlog` receiver has a layout of its own; it is turned into Winlogbeat's.
"""

from base64 import b64decode
from typing import Any

from keng.formats.json_text import load
from keng.formats.windows_shipped import gelf, raw_xml, windows_of

_HEC = frozenset({"time", "host", "source", "sourcetype", "index", "event", "fields"})
_OTLP = frozenset({"resource", "attributes", "observed", "scope", "severity_number"})
_NAMES = ("time", "host", "source", "sourcetype", "index")


def carried_object(value: dict[str, Any]) -> dict[str, Any] | None:
    """The object inside, or None. Of HEC with what the envelope says beside it, where it has no such field itself."""
    event = value.get("event")
    if type(event) is dict and value.keys() <= _HEC and "original" not in event and _is_name(value):
        inner = dict(event)
        for name in _NAMES:
            if name in value:
                inner.setdefault(name, value[name])
        fields = value.get("fields")
        if type(fields) is dict:
            for name, one in fields.items():
                inner.setdefault(name, one)
        return inner
    for name in ("AuditData", "CloudTrailEvent"):
        # Microsoft 365's unified audit log as PowerShell and the portal export it; CloudTrail's as its API looks it up.
        if type(audit := value.get(name)) is str and audit[:1] == "{":
            return _object(audit)
    if (windows := windows_of(value)) is not None:
        return windows
    if (inside := _in_properties(value)) is not None:
        return inside
    if "short_message" in value and "version" in value:
        return gelf(value)
    document = value.get("document")
    if type(document) is dict and type(data := document.get("data")) is dict and "Event" in data:
        return data  # Chainsaw: what a rule found, with the event
    body = value.get("body")
    if type(body) is dict and not _OTLP.isdisjoint(value):
        return _windows(body) or body
    return None


def _in_properties(value: dict[str, Any]) -> dict[str, Any] | None:
    """The entry of Defender's hunting tables inside Azure's envelope, of Google's inside a push of Pub/Sub, of Okta's inside
    a hook with one event."""
    inside = value.get("properties")
    if type(inside) is dict and str(value.get("category", "")).startswith("AdvancedHunting-"):
        return inside
    pushed = value.get("message")
    if type(pushed) is dict and "messageId" in pushed and type(encoded := pushed.get("data")) is str:
        # Google's Pub/Sub hands its messages over in base64.
        try:
            return _object(b64decode(encoded, validate=True).decode("utf-8", "replace"))
        except ValueError:
            return None
    data = value.get("data")
    if value.get("eventType") == "com.okta.event_hook" and type(data) is dict:
        events = data.get("events")
        if type(events) is list and events and type(events[0]) is dict:
            return events[0] if len(events) == 1 else None
    return None


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = load(text.encode("utf-8", "replace"))
    except ValueError:
        return None
    return found if type(found) is dict else None


def carried_text(value: dict[str, Any]) -> str:
    """The line inside an event of HEC; "" if there is none."""
    event = value.get("event")
    if type(event) is str and value.keys() <= _HEC and _is_name(value):
        return event
    if str(value.get("category", "")).startswith("kube-audit") and type(value.get("properties")) is dict:
        # Azure's managed Kubernetes: the audit event is a text inside.
        log = value["properties"].get("log")
        return log if type(log) is str else ""
    return raw_xml(value)


def _is_name(value: dict[str, Any]) -> bool:
    """In HEC a host is a name; in other documents it is an object."""
    return type(value.get("host", "")) is str


def _windows(body: dict[str, Any]) -> dict[str, Any] | None:
    """A `windowseventlog` body as Winlogbeat's document."""
    number, channel = body.get("event_id"), body.get("channel")
    if type(channel) is not str or type(number) is not dict or "id" not in number:
        return None
    provider, execution = body.get("provider"), body.get("execution")
    provider = provider if type(provider) is dict else {}
    data = body.get("event_data")
    pairs = data.get("data") if type(data) is dict else None
    if type(pairs) is list:
        # The event's data come as a list of objects with one name each.
        data = {
            name: one
            for pair in pairs
            if type(pair) is dict
            for name, one in pair.items()
            if type(name) is str
        }
    winlog: dict[str, Any] = {
        "channel": channel,
        "event_id": number["id"],
        "provider_name": provider.get("name", ""),
        "provider_guid": provider.get("guid", ""),
        "computer_name": body.get("computer", ""),
        "record_id": body.get("record_id", 0),
        "event_data": data if type(data) is dict else {},
    }
    if type(execution) is dict:
        winlog["process"] = {"pid": execution.get("process_id"), "thread": {"id": execution.get("thread_id")}}
    return {"@timestamp": body.get("system_time", ""), "winlog": winlog, "message": body.get("message", "")}
