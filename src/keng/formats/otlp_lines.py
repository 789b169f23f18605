"""OTLP's JSON in files, as the OpenTelemetry Collector's file exporter writes it: a batch of log records a line.

    {"resourceLogs": [{"resource": {"attributes": […]}, "scopeLogs": [{"logRecords": [{"timeUnixNano", "body", …}]}]}]}

Each log record becomes a document: its text as "message" or its object as "body", the time, the host of the resource, and
the attributes. At most MAX_RECORDS of one line.
"""

from collections.abc import Iterator
from typing import Any

MAX_RECORDS = 100_000
_DEPTH = 16


def documents(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The documents of one line, or of one resource of it; none where it is no such batch."""
    number = 0
    for resource in [value] if "scopeLogs" in value else _objects(value.get("resourceLogs")):
        about = _attributes(resource.get("resource"))
        for scope in _objects(resource.get("scopeLogs") or resource.get("instrumentationLibraryLogs")):
            for record in _objects(scope.get("logRecords")):
                number += 1
                if number > MAX_RECORDS:
                    return
                yield _document(record, about)


def _document(record: dict[str, Any], about: dict[str, Any]) -> dict[str, Any]:
    body = _plain(record.get("body"), 0)
    out: dict[str, Any] = {"message": body} if isinstance(body, str) else {"body": body}
    if time := record.get("timeUnixNano") or record.get("observedTimeUnixNano"):
        out["@timestamp"] = time
    if isinstance(host := about.get("host.name"), str):
        out["host"] = {"name": host}
    if severity := record.get("severityText"):
        out["severity"] = severity
    out["attributes"], out["resource"] = _attributes(record), about
    return out


def _attributes(owner: Any) -> dict[str, Any]:
    pairs = _objects(owner.get("attributes")) if isinstance(owner, dict) else []
    return {pair["key"]: _plain(pair.get("value"), 0) for pair in pairs if isinstance(pair.get("key"), str)}


def _plain(value: Any, depth: int) -> Any:
    """OTLP's {"stringValue": …}, {"kvlistValue": …} as what they stand for."""
    if not isinstance(value, dict) or depth > _DEPTH:
        return value if isinstance(value, str | int | float) else None
    for kind, inner in value.items():
        if kind == "arrayValue" and isinstance(inner, dict):
            return [_plain(one, depth + 1) for one in _objects(inner.get("values"))]
        if kind == "kvlistValue" and isinstance(inner, dict):
            pairs = _objects(inner.get("values"))
            return {
                one["key"]: _plain(one.get("value"), depth + 1)
                for one in pairs
                if isinstance(one.get("key"), str)
            }
        if kind.endswith("Value"):
            return inner if isinstance(inner, str | int | float) else None
    return None


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
