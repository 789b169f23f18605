"""Reads an ExportLogsServiceRequest in OTLP's JSON: names in camelCase, ids in hexadecimal, 64-bit numbers as text. Pure."""

from collections.abc import Sequence
from typing import Any

import msgspec

from keng.collect.otlp_document import MAX_DEPTH, OtlpLogs, TooDeepError, document_of, too_many
from keng.i18n import _
from keng.model.rejected import Rejected

MAX_RECORDS = 200_000
MAX_BRACES = 2_500_000  # bounds the memory that a body of empty objects unfolds to
_KEPT_RAW = 4096


class _Value(msgspec.Struct, rename="camel"):
    string_value: str | None = None
    bool_value: bool | None = None
    int_value: int | str | None = None
    double_value: float | str | None = None
    bytes_value: str | None = None
    array_value: "_Array | None" = None
    kvlist_value: "_Pairs | None" = None


class _Pair(msgspec.Struct):
    key: str = ""
    value: _Value | None = None


class _Array(msgspec.Struct):
    values: list[_Value] = []


class _Pairs(msgspec.Struct):
    values: list[_Pair] = []


class _Named(msgspec.Struct):
    name: str = ""
    version: str = ""


class _Resource(msgspec.Struct):
    attributes: list[_Pair] = []


class _ScopeLogs(msgspec.Struct, rename="camel"):
    scope: _Named | None = None
    log_records: list[msgspec.Raw] = []


class _ResourceLogs(msgspec.Struct, rename="camel"):
    resource: _Resource | None = None
    scope_logs: list[_ScopeLogs] = []


class _Request(msgspec.Struct, rename="camel"):
    resource_logs: list[_ResourceLogs] = []


class _Record(msgspec.Struct, rename="camel"):
    time_unix_nano: int | str = 0
    observed_time_unix_nano: int | str = 0
    severity_number: int | str = 0
    severity_text: str = ""
    body: _Value | None = None
    attributes: list[_Pair] = []
    trace_id: str = ""
    span_id: str = ""
    event_name: str = ""


_request = msgspec.json.Decoder(_Request).decode
_record = msgspec.json.Decoder(_Record).decode
_WRONG = (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def read_json(body: bytes) -> OtlpLogs | Rejected:
    """Every record of the request; Rejected if the envelope cannot be read, or above 200,000."""
    try:
        if body.count(b"{") > MAX_BRACES:
            raise msgspec.DecodeError(_("too many values; send smaller requests"))
        if not body.isascii():
            body.decode("utf-8")
        request = _request(body)
        logs = OtlpLogs([], [], [])
        number = 0
        for group in request.resource_logs:
            resource = _attributes(group.resource.attributes) if group.resource else {}
            for inner in group.scope_logs:
                scope = f"{inner.scope.name} {inner.scope.version}".strip() if inner.scope else ""
                for raw in inner.log_records:
                    if number >= MAX_RECORDS:
                        raise msgspec.DecodeError(too_many(MAX_RECORDS))
                    _read(logs, number, bytes(raw), resource, scope)
                    number += 1
    except (*_WRONG, TooDeepError) as error:
        return Rejected(_("not an OTLP logs request in JSON: {error}", error=error), "", body[:_KEPT_RAW])
    return logs


def _read(logs: OtlpLogs, number: int, raw: bytes, resource: dict[str, Any], scope: str) -> None:
    try:
        record = _record(raw)
        document = document_of(
            _whole(record.time_unix_nano),
            _whole(record.observed_time_unix_nano),
            record.severity_number if isinstance(record.severity_number, int) else 0,
            record.severity_text,
            _plain(record.body, 0),
            _attributes(record.attributes),
            resource,
            scope,
            record.event_name,
            record.trace_id.lower(),
            record.span_id.lower(),
        )
    except TooDeepError:
        logs.refused.append(
            (number, _("a value is nested deeper than {limit}", limit=MAX_DEPTH), raw[:_KEPT_RAW])
        )
    except (*_WRONG, ValueError) as error:
        logs.refused.append((number, _("not a log record: {error}", error=error), raw[:_KEPT_RAW]))
    else:
        logs.add(number, document, raw[:_KEPT_RAW])


def _attributes(pairs: Sequence[_Pair]) -> dict[str, Any]:
    return {pair.key: _plain(pair.value, 0) for pair in pairs}


def _plain(value: _Value | None, depth: int) -> Any:
    if value is None:
        return None
    if value.array_value is not None or value.kvlist_value is not None:
        if depth >= MAX_DEPTH:
            raise TooDeepError
        if value.array_value is not None:
            return [_plain(one, depth + 1) for one in value.array_value.values]
        pairs = value.kvlist_value.values if value.kvlist_value else []
        return {pair.key: _plain(pair.value, depth + 1) for pair in pairs}
    if value.int_value is not None:
        return _whole(value.int_value, signed=True)
    for one in (value.string_value, value.bool_value, value.double_value, value.bytes_value):
        if one is not None:
            return one
    return None


def _whole(value: int | str, signed: bool = False) -> int:
    """A 64-bit number, as a number or as text. ValueError if it is none."""
    if isinstance(value, str) and len(value) > 20:
        raise ValueError(_("not a 64-bit number: {value}", value=value[:40]))
    number = int(value)
    if not -(1 << 63) <= number < 1 << 64 or (number < 0 and not signed):
        raise ValueError(_("not a 64-bit number: {value}", value=number))
    return number
