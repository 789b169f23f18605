"""Google Cloud's audit log, and Google Workspace's, whether by Cloud Logging or by the Reports API.

gcp.audit                 protoPayload.… as it is; under the names that SigmaHQ's rules have: gcp.audit.method_name,
                          data.protoPayload.methodName, .serviceName, .resource.type, .logName (without the project),
                          .authorizationInfo.permission, .authorizationInfo.granted
google_workspace.admin    eventService, eventName, and each parameter under its name in small letters (setting_name, …)
google_workspace.login    protoPayload.serviceName, protoPayload.metadata.event.eventName
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.flatten import flatten, keep_list
from keng.normalise.nested import items, text_at
from keng.normalise.parts import Parts
from keng.normalise.when import iso_us

_WORKSPACE = {
    "admin.googleapis.com": "google_workspace.admin",
    "login.googleapis.com": "google_workspace.login",
}
_ALIASES = (
    ("protoPayload.methodName", ("gcp.audit.method_name", "data.protoPayload.methodName")),
    ("protoPayload.serviceName", ("data.protoPayload.serviceName", "protoPayload.Servicename")),
    ("protoPayload.authorizationInfo.permission", ("data.protoPayload.authorizationInfo.permission",)),
    ("protoPayload.authorizationInfo.granted", ("data.protoPayload.authorizationInfo.granted",)),
    ("resource.type", ("data.protoPayload.resource.type",)),
)


def gcp_parts(record: dict[str, Any]) -> Parts:
    """One entry of Cloud Logging, plain or under "data"."""
    inner = record.get("data")
    entry = inner if isinstance(inner, dict) and "protoPayload" in inner else record
    fields = flatten(entry)
    host = str(fields.pop("@host", "") or record.get("@host") or "")
    for name, others in _ALIASES:
        if name in fields:
            fields.update((other, fields[name]) for other in others)
    if isinstance(log := fields.get("logName"), str):
        fields["data.protoPayload.logName"] = log.rpartition("/logs/")[2]
    service = _WORKSPACE.get(text_at(entry, "protoPayload.serviceName"), "gcp.audit")
    if service != "gcp.audit":
        payload = entry.get("protoPayload")
        metadata = payload.get("metadata") if isinstance(payload, dict) else None
        events = items(metadata.get("event")) if isinstance(metadata, dict) else []
        _events(events, "eventName", "parameter", fields)
        fields["eventService"] = text_at(entry, "protoPayload.serviceName")
    _who(
        fields,
        text_at(entry, "protoPayload.authenticationInfo.principalEmail"),
        text_at(entry, "protoPayload.requestMetadata.callerIp"),
    )
    code = fields.get("protoPayload.status.code")
    fields["outcome"] = "failure" if code not in (None, 0, "") else "success"
    time_us = iso_us(text_at(entry, "timestamp")) or iso_us(text_at(entry, "receiveTimestamp"))
    return Parts(
        fields, LogSource("gcp", service), time_us, host or text_at(entry, "resource.labels.project_id")
    )


def workspace_parts(record: dict[str, Any]) -> Parts:
    """One activity of the Reports API."""
    fields = flatten({name: value for name, value in record.items() if name != "events"})
    host = str(fields.pop("@host", "") or "")
    application = text_at(record, "id.applicationName")
    name = f"{application}.googleapis.com"
    _events(items(record.get("events")), "name", "parameters", fields)
    fields["eventService"] = fields["protoPayload.serviceName"] = fields["protoPayload.Servicename"] = name
    if "eventName" in fields:
        fields["protoPayload.metadata.event.eventName"] = fields["eventName"]
    _who(fields, text_at(record, "actor.email"), text_at(record, "ipAddress"))
    service = _WORKSPACE.get(name, f"google_workspace.{application}")
    return Parts(fields, LogSource("gcp", service), iso_us(text_at(record, "id.time")), host)


def _events(events: list[dict[str, Any]], name: str, parameters: str, fields: dict[str, Any]) -> None:
    names = [item[name] for item in events if isinstance(item.get(name), str)]
    if names:
        fields["eventName"] = keep_list(names)
    for item in events:
        for parameter in items(item.get(parameters)):
            key = parameter.get("name")
            value = parameter.get(
                "value", parameter.get("boolValue", parameter.get("intValue", parameter.get("multiValue")))
            )
            if (
                isinstance(key, str)
                and 0 < len(key) < 128
                and value is not None
                and not isinstance(value, dict)
            ):
                fields.setdefault(
                    key.lower(), [str(part) for part in value[:256]] if isinstance(value, list) else value
                )


def _who(fields: dict[str, Any], user: str, address: str) -> None:
    if user:
        fields["User"] = user
    if address:
        fields["src_ip"] = address
