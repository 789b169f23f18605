"""The JSON document in which an OTLP log record is kept, the same for protobuf and JSON. Pure.

    {"@timestamp": "2026-11-24T01:02:03.456789Z", "observed": "…", "host": {"name": "dc01"}, "severity": "WARN",
     "severity_number": 13, "event_name": "…", "trace_id": "…", "span_id": "…", "message": "the body, if it is text",
     "body": {…the body, if it is not}, "attributes": {…}, "resource": {"service.name": "…"}, "scope": "library 1.0"}

What is empty is left out. A body that is a known log line, or a known JSON object, is recognised by the formats.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from keng.collect.ports import MAX_RECORD_BYTES
from keng.i18n import _

MAX_DEPTH = 32
_LATEST_S = 253_402_300_799  # the end of the year 9999
_encode = msgspec.json.Encoder().encode


class TooDeepError(ValueError):
    """A value is nested deeper than 32."""


class OtlpLogs(NamedTuple):
    """A request's records as documents: those with a time, those without, and (place, reason, raw) of those refused."""

    timed: list[bytes]
    untimed: list[bytes]
    refused: list[tuple[int, str, bytes]]

    def add(self, number: int, document: dict[str, Any], raw: bytes) -> None:
        """Keep one document; refused if it is larger than a record may be."""
        data = _encode(document)
        if len(data) > MAX_RECORD_BYTES:
            reason = _(
                "the record has {size} bytes, more than {limit}", size=len(data), limit=MAX_RECORD_BYTES
            )
            self.refused.append((number, reason, raw))
        elif "@timestamp" in document or "observed" in document:
            self.timed.append(data)
        else:
            self.untimed.append(data)


def document_of(
    time_ns: int,
    observed_ns: int,
    number: int,
    text: str,
    body: Any,
    attributes: dict[str, Any],
    resource: dict[str, Any],
    scope: str,
    event_name: str,
    trace_id: str,
    span_id: str,
) -> dict[str, Any]:
    """The document of one record. Times in nanoseconds since the epoch, 0 for none; ids in hexadecimal."""
    found: dict[str, Any] = {}
    if time_ns or observed_ns:
        found["@timestamp"] = iso_of(time_ns or observed_ns)
    if observed_ns:
        found["observed"] = iso_of(observed_ns)
    host = resource.get("host.name") or attributes.get("host.name")
    if isinstance(host, str):
        found["host"] = {"name": host}
    if isinstance(body, str):
        found["message"] = body
    elif body is not None:
        found["body"] = body
    rest = {
        "severity": text,
        "severity_number": number,
        "event_name": event_name,
        "trace_id": trace_id,
        "span_id": span_id,
        "attributes": attributes,
        "resource": resource,
        "scope": scope,
    }
    found.update((name, value) for name, value in rest.items() if value)
    return found


def too_many(limit: int) -> str:
    """Why a request with too many records is refused."""
    return _("more than {limit} records in one request; send smaller ones", limit=limit)


def iso_of(time_ns: int) -> str:
    """A time as text with microseconds; the last moment of the year 9999 for anything later."""
    seconds, rest = divmod(time_ns, 1_000_000_000)
    return f"{_second(min(max(seconds, 0), _LATEST_S))}.{rest // 1000:06d}Z"


@lru_cache(maxsize=1024)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
