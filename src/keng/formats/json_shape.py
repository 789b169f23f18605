"""Whose JSON is it: names the shape of one JSON object by its keys, and takes it out of envelopes.

    windows_evtx        {"Event": {"System": {…}, "EventData": {…}}}       evtx_dump, Chainsaw, SigmaHQ's samples
    windows_winlogbeat  {"winlog": {"event_data": {…}, "channel": …}, …}   Winlogbeat 7+, Elastic Agent, ECS;
                        also with dotted keys, and Winlogbeat 6 ("event_data", "log_name" at the top)
    windows_flat        {"EventID": …, "Channel": …, "Image": …}           NXLog, OTRF, Fluent Bit, EvtxECmd
    zeek_json           {"ts": …, "uid": …, "id.orig_h": …}
    suricata_eve        {"timestamp": …, "event_type": …, "src_ip": …}
    …                   clouds, identity providers and others: see `json_cloud`
    json                any other object

Envelopes: `_source` (Elasticsearch exports), `result` (Splunk exports), and a shipper's document (Filebeat,
Fluent Bit, Vector) whose `message`, `log` or `event.original` holds the entry's own text.
"""

from typing import Any

from keng.formats.json_cloud import CLOUD_SHAPES, cloud_shape

SHAPES = (
    "windows_evtx", "windows_winlogbeat", "windows_flat", "zeek_json", "suricata_eve", *CLOUD_SHAPES, "json",
)  # fmt: skip

_FLAT_SIGNS = (
    "Channel",
    "SourceName",
    "ProviderName",
    "Provider",
    "ProviderGuid",
    "LogName",
    "Provider_Name",
    "EventRecordID",
)
_ZEEK_SIGNS = (
    "id.orig_h",
    "uid",
    "fuid",
    "_path",
    "uids",
    "note",
    "software_type",
    "is_exe",
    "certificate.version",
)


def shape_of(value: dict[str, Any]) -> str:
    """One of SHAPES."""
    event = value.get("Event")
    if type(event) is dict and "System" in event:
        return "windows_evtx"
    if "winlog" in value or "winlog.channel" in value or "winlog.event_id" in value:
        return "windows_winlogbeat"
    if ("EventID" in value or "EventId" in value or "Id" in value) and any(
        sign in value for sign in _FLAT_SIGNS
    ):
        return "windows_flat"
    if "System" in value and type(value["System"]) is dict and "EventID" in value["System"]:
        return "windows_evtx"
    if "event_type" in value and "timestamp" in value:
        return "suricata_eve" if "txid" not in value else cloud_shape(value)
    if "_path" in value or ("ts" in value and any(sign in value for sign in _ZEEK_SIGNS)):
        return "zeek_json"
    if "event_id" in value and ("log_name" in value or "source_name" in value):
        return "windows_winlogbeat"
    return cloud_shape(value)


_ENVELOPES = ("_source", "result", "detail", "Records", "records")


def opened(value: dict[str, Any]) -> dict[str, Any]:
    """The entry inside an export's envelope, or the object itself."""
    if value.keys().isdisjoint(_ENVELOPES):
        return value
    inner = value.get("_source")
    if type(inner) is dict:
        return inner
    inner = value.get("result")
    if type(inner) is dict and len(value) <= 4:
        return inner
    inner = value.get("detail")
    if type(inner) is dict and "detail-type" in value and "eventSource" in inner:
        # Amazon EventBridge
        return inner
    # A delivery of CloudTrail or of Azure that holds one entry; files with more are split before.
    inner = value.get("Records") or value.get("records")
    if type(inner) is list and len(inner) == 1 and type(inner[0]) is dict:
        return inner[0]
    return value


def own_text(value: dict[str, Any]) -> str:
    """The log line that a shipper's document carries; "" if there is none."""
    for key in ("message", "log", "line", "MESSAGE", "short_message", "full_log"):
        text = value.get(key)
        if type(text) is str and text:
            return text
    if text := original_text(value):
        return text
    text = value.get("_raw")
    return text if type(text) is str else ""


def original_text(value: dict[str, Any]) -> str:
    """The line as it was before a shipper took it apart; "" if it was not kept."""
    event = value.get("event")
    text = event.get("original") if type(event) is dict else value.get("event.original")
    return text if type(text) is str else ""


def host_of(value: dict[str, Any]) -> str:
    """The host that a shipper's document names; "" if it names none."""
    for key in ("host", "agent", "beat"):
        part = value.get(key)
        if type(part) is str:
            return part
        if type(part) is dict:
            name = part.get("hostname") or part.get("name")
            if type(name) is str:
                return name
    for key in ("host.name", "hostname", "_HOSTNAME"):
        name = value.get(key)
        if type(name) is str:
            return name
    return ""
