"""Receives OTLP logs over HTTP, protobuf and JSON, as the OpenTelemetry Collector and SDKs send them.

POST /v1/logs. 200 is answered only when the records are durable in the journal; records that cannot be taken are
counted in `partial_success` with the first one's reason, and the rest is taken. 429 and 503 carry Retry-After. An
error is a google.rpc.Status in the encoding of the request.
"""

import asyncio

import msgspec
from litestar import Response

from keng.collect.intake import OFF_LOOP_BYTES, AnyRequest, Intake, Trouble, peer_of
from keng.collect.otlp_document import OtlpLogs
from keng.collect.otlp_json import read_json
from keng.collect.otlp_protobuf import read_protobuf
from keng.collect.ports import Refusal
from keng.collect.split import split
from keng.i18n import _
from keng.model.rejected import Rejected

PREFIX = "/v1/"
TRANSPORT = "otlp"
TRANSPORT_UNTIMED = "otlp_untimed"  # nothing in the record tells one occurrence from the next
MAX_BODY_BYTES = 32 * 1024 * 1024
PROTOBUF, JSON = "application/x-protobuf", "application/json"
# google.rpc.Code by HTTP status
_CODES = {400: 3, 401: 16, 403: 7, 404: 12, 405: 12, 408: 4, 413: 3, 415: 3, 429: 8, 503: 14}


class OtlpReceiver:
    """One receiver on its intake: receive() answers any request below /v1/."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._door = intake.door

    async def receive(self, request: AnyRequest) -> Response[bytes]:
        """POST /v1/logs; anything else is refused with what to do."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.url.path.rstrip("/") != "/v1/logs":
            reason = _("{path} is not served here; send logs to /v1/logs", path=request.url.path[:200])
            return _error(kind, Trouble(404, reason))
        if request.method != "POST":
            return _error(kind, Trouble(405, _("send logs by POST")))
        sender = self._intake.sender(request)
        if isinstance(sender, Refusal):
            return _error(kind, Trouble(sender.status, sender.reason))
        if kind not in (PROTOBUF, JSON):
            return _error(kind, Trouble(415, _("the Content-Type is {one} or {two}", one=PROTOBUF, two=JSON)))
        held = self._intake.hold(sender)
        try:
            body = await self._intake.body(request, held, MAX_BODY_BYTES)
            if isinstance(body, Trouble):
                return _error(kind, body)
            read = read_protobuf if kind == PROTOBUF else read_json
            logs = await asyncio.to_thread(read, body) if len(body) > OFF_LOOP_BYTES else read(body)
            del body
            peer, now = peer_of(request), self._door.now_us()
            if isinstance(logs, Rejected):
                self._door.refuse(sender, TRANSPORT, peer, [logs])
                return _error(kind, Trouble(400, logs.reason))
            trouble = await self._intake.keep(
                split(sender, TRANSPORT, peer, now, logs.timed)
                + split(sender, TRANSPORT_UNTIMED, peer, now, logs.untimed)
            )
            if trouble is not None:
                return _error(kind, trouble)
            if logs.refused:
                refused = [Rejected(reason, f"record {n}", raw) for n, reason, raw in logs.refused]
                self._door.refuse(sender, TRANSPORT, peer, refused)
            return _reply(kind, 200, _taken(kind, logs))
        finally:
            held.release()


def _taken(kind: str, logs: OtlpLogs) -> bytes:
    if not logs.refused:
        return b"" if kind == PROTOBUF else b"{}"
    number, reason, _raw = logs.refused[0]
    count, text = len(logs.refused), f"record {number}: {reason}"
    if kind == PROTOBUF:
        inner = b"\x08" + _varint(count) + _field(2, text.encode())
        return _field(1, inner)
    about = {"partialSuccess": {"rejectedLogRecords": str(count), "errorMessage": text}}
    return msgspec.json.encode(about)


def _error(kind: str, trouble: Trouble) -> Response[bytes]:
    code = _CODES.get(trouble.status, 2)
    if kind == PROTOBUF:
        body = b"\x08" + _varint(code) + _field(2, trouble.reason.encode())
    else:
        body = msgspec.json.encode({"code": code, "message": trouble.reason})
    headers = {"Retry-After": str(trouble.retry_after)} if trouble.retry_after else {}
    if trouble.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return _reply(kind, trouble.status, body, headers)


def _reply(kind: str, status: int, body: bytes, headers: dict[str, str] | None = None) -> Response[bytes]:
    media = PROTOBUF if kind == PROTOBUF else JSON
    return Response(body, status_code=status, media_type=media, headers=headers or {})


def _field(number: int, data: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(data)) + data


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)
