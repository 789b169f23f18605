"""Reads an ExportLogsServiceRequest in protobuf, record by record. Pure.

The envelope is walked by hand and each record decoded by itself: a damaged one fails alone, and a small body that
would unfold to millions of empty objects does not.
"""

import base64
from collections.abc import Iterable, Iterator
from typing import Any

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from keng.collect.otlp_document import MAX_DEPTH, OtlpLogs, TooDeepError, document_of, too_many
from keng.i18n import _
from keng.model.rejected import Rejected

MAX_RECORDS = 200_000
_KEPT_RAW = 4096
_FIRST, _SECOND = 1, 2  # of ResourceLogs: resource, scope_logs; of ScopeLogs: scope, log_records


def read_protobuf(body: bytes) -> OtlpLogs | Rejected:
    """Every record of the request; Rejected if the envelope cannot be read, or above 200,000."""
    logs = OtlpLogs([], [], [])
    number = 0
    try:
        for start, end in _parts(body, 0, len(body), _FIRST):
            resource = Resource()
            for inner, stop in _parts(body, start, end, _FIRST):
                resource.MergeFromString(body[inner:stop])
            about = _attributes(resource.attributes)
            for inner, stop in _parts(body, start, end, _SECOND):
                scope = InstrumentationScope()
                for a, b in _parts(body, inner, stop, _FIRST):
                    scope.MergeFromString(body[a:b])
                library = f"{scope.name} {scope.version}".strip()
                for a, b in _parts(body, inner, stop, _SECOND):
                    if number >= MAX_RECORDS:
                        raise ValueError(too_many(MAX_RECORDS))
                    _record(logs, number, body[a:b], about, library)
                    number += 1
    except (DecodeError, ValueError) as error:
        # Nothing of the request is taken, so that the sender can send it again as a whole.
        return Rejected(_("not an OTLP logs request in protobuf: {error}", error=error), "", body[:_KEPT_RAW])
    return logs


def _record(logs: OtlpLogs, number: int, raw: bytes, resource: dict[str, Any], scope: str) -> None:
    try:
        record = LogRecord.FromString(raw)
        document = document_of(
            record.time_unix_nano,
            record.observed_time_unix_nano,
            int(record.severity_number),
            record.severity_text,
            _value(record.body, 0) if record.HasField("body") else None,
            _attributes(record.attributes),
            resource,
            scope,
            record.event_name,
            record.trace_id.hex(),
            record.span_id.hex(),
        )
    except TooDeepError:
        logs.refused.append(
            (number, _("a value is nested deeper than {limit}", limit=MAX_DEPTH), raw[:_KEPT_RAW])
        )
    except (DecodeError, ValueError) as error:
        logs.refused.append((number, _("not a log record: {error}", error=error), raw[:_KEPT_RAW]))
    else:
        logs.add(number, document, raw[:_KEPT_RAW])


def _attributes(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    return {pair.key: _value(pair.value, 0) for pair in pairs}


def _value(value: AnyValue, depth: int) -> Any:
    if text := value.string_value:  # nearly all are; asking which is set costs more than the rest
        return text
    kind = value.WhichOneof("value")
    if kind is None:
        return None
    if kind == "array_value":
        if depth >= MAX_DEPTH:
            raise TooDeepError
        return [_value(one, depth + 1) for one in value.array_value.values]
    if kind == "kvlist_value":
        if depth >= MAX_DEPTH:
            raise TooDeepError
        return {pair.key: _value(pair.value, depth + 1) for pair in value.kvlist_value.values}
    if kind == "bytes_value":
        return base64.b64encode(value.bytes_value).decode()
    return getattr(value, kind)


def _parts(data: bytes, start: int, end: int, wanted: int) -> Iterator[tuple[int, int]]:
    """Start and end of each length-delimited field with this number; others are passed over. ValueError if damaged."""
    place = start
    while place < end:
        tag, place = _varint(data, place, end)
        match tag & 7:
            case 2:
                size, place = _varint(data, place, end)
                if place + size > end:
                    raise ValueError(_("it is cut off at byte {place}", place=place))
                if tag >> 3 == wanted:
                    yield place, place + size
                place += size
            case 0:
                _number, place = _varint(data, place, end)
            case 1:
                place += 8
            case 5:
                place += 4
            case _:
                raise ValueError(_("an unknown kind of field at byte {place}", place=place))
    if place > end:
        raise ValueError(_("it is cut off at byte {place}", place=end))


def _varint(data: bytes, place: int, end: int) -> tuple[int, int]:
    number = shift = 0
    while place < end and shift < 64:
        byte = data[place]
        place += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, place
        shift += 7
    raise ValueError(_("a number without an end at byte {place}", place=place))
