"""Receives by Splunk's HTTP Event Collector protocol, with acknowledgement.

POST /services/collector, …/event   JSON events            POST …/raw   lines of text
POST …/ack?channel=…                {"acks": [0, 1]}        GET  …/health

An answer of 200 is given only when the events are durable in the journal. A client that names a channel gets an
`ackId` with it, and that id is true at once when it asks. Ids count up per source and channel; to be true, an id must
have been given out, so one number per channel is all there is to remember. After a restart the numbers begin
anew: an unknown id is not true, and the client sends again what it holds (a double is recognised, see GUARANTEES.md).
"""

import asyncio
import time
import uuid
from collections import OrderedDict

import msgspec
from litestar import Response

from keng.collect.credentials import token_of
from keng.collect.hec_events import HecEvents, read_events, read_lines
from keng.collect.hec_words import Code
from keng.collect.intake import OFF_LOOP_BYTES, RETRY_AFTER_S, AnyRequest, Intake, Trouble, peer_of
from keng.collect.ports import MAX_RECORD_BYTES, Refusal, Sender
from keng.collect.split import split
from keng.i18n import _
from keng.model.rejected import Rejected

PREFIX = "/services/collector"
TRANSPORT = "hec"
TRANSPORT_UNTIMED = (
    "hec_raw"  # nothing in the record tells one occurrence from the next: equal ones are not doubles
)
MAX_CHANNELS = 10_000
MAX_ACKS = 100_000


class HecReceiver:
    """One receiver on its intake: receive() answers any request of the protocol."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._door = intake.door
        self._full_until = 0.0
        self._next_ack: OrderedDict[tuple[str, str], int] = OrderedDict()

    async def receive(self, request: AnyRequest) -> Response[bytes]:
        """Any request below /services/collector."""
        match request.url.path[len(PREFIX) :].strip("/").removesuffix("/1.0"):
            case "health":
                return _reply(Code.UNHEALTHY if time.monotonic() < self._full_until else Code.HEALTHY)
            case "" | "event":
                return await self._post(request, raw=False)
            case "raw":
                return await self._post(request, raw=True)
            case "ack":
                return await self._acks(request)
            case _:
                return _plain(404, b'{"text":"The requested URL was not found on this server.","code":404}')

    async def _post(self, request: AnyRequest, raw: bool) -> Response[bytes]:
        sender, channel, refused = self._who(request)
        if sender is None:
            return refused
        held = self._intake.hold(sender)
        try:
            body = await self._intake.body(request, held)
            if isinstance(body, Trouble):
                return _troubled(body)
            if not body or body.isspace():
                return _reply(Code.NO_DATA)
            read = _raw if raw else read_events
            events = await asyncio.to_thread(read, body) if len(body) > OFF_LOOP_BYTES else read(body)
            del body
            return await self._keep(request, sender, channel, events)
        finally:
            held.release()

    async def _keep(
        self, request: AnyRequest, sender: Sender, channel: str, events: HecEvents
    ) -> Response[bytes]:
        peer, now = peer_of(request), self._door.now_us()
        trouble = await self._intake.keep(
            split(sender, TRANSPORT, peer, now, events.timed)
            + split(sender, TRANSPORT_UNTIMED, peer, now, events.untimed)
        )
        if trouble is not None:
            self._full_until = time.monotonic() + trouble.retry_after
            return _troubled(trouble)
        if events.code is not Code.SUCCESS:
            if events.number >= 0:
                refused = Rejected(_reason(events), f"event {events.number}", events.raw)
                self._door.refuse(sender, TRANSPORT, peer, [refused])
            return _reply(events.code, events.number)
        return _reply(Code.SUCCESS, ack_id=self._acknowledged(sender, channel) if channel else -1)

    async def _acks(self, request: AnyRequest) -> Response[bytes]:
        sender, channel, refused = self._who(request)
        if sender is None:
            return refused
        if not channel:
            return _reply(Code.CHANNEL_MISSING)
        held = self._intake.hold(sender)
        try:
            body = await self._intake.body(request, held)
            if isinstance(body, Trouble):
                return _troubled(body)
            asked = msgspec.json.decode(body, type=dict[str, list[int]]).get("acks", [])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return _reply(Code.INVALID_DATA_FORMAT)
        finally:
            held.release()
        if len(asked) > MAX_ACKS:
            return _reply(Code.INVALID_DATA_FORMAT)
        given = self._next_ack.get((sender.source, channel), 0)
        return _plain(200, msgspec.json.encode({"acks": {str(ack): 0 <= ack < given for ack in asked}}))

    def _acknowledged(self, sender: Sender, channel: str) -> int:
        key = (sender.source, channel)
        ack_id = self._next_ack.pop(key, 0)
        self._next_ack[key] = ack_id + 1
        if len(self._next_ack) > MAX_CHANNELS:
            self._next_ack.popitem(last=False)
        return ack_id

    def _who(self, request: AnyRequest) -> tuple[Sender | None, str, Response[bytes]]:
        """Sender and channel, or the refusal."""
        if request.method != "POST":
            return None, "", _plain(405, b'{"text":"Method Not Allowed","code":405}')
        if not request.headers.get("authorization", "").strip():
            return None, "", _reply(Code.TOKEN_REQUIRED)
        if not token_of(request.headers["authorization"]):
            return None, "", _reply(Code.INVALID_AUTHORIZATION)
        sender = self._intake.sender(request)
        if isinstance(sender, Refusal):
            return None, "", _refused(sender)
        channel = request.headers.get("x-splunk-request-channel", "") or request.query_params.get(
            "channel", ""
        )
        try:
            return sender, str(uuid.UUID(channel[:64])) if channel else "", _reply(Code.SUCCESS)
        except ValueError:
            return None, "", _reply(Code.INVALID_CHANNEL)


def _raw(body: bytes) -> HecEvents:
    lines, too_long = read_lines(body)
    if too_long:
        return HecEvents([], lines, Code.INVALID_DATA_FORMAT, len(lines), too_long[0])
    return HecEvents([], lines, Code.SUCCESS if lines else Code.NO_DATA)


def _reason(events: HecEvents) -> str:
    if len(events.raw) >= 4096 and events.code is Code.INVALID_DATA_FORMAT:
        return _("the event is not valid JSON, or has more than {limit} bytes", limit=MAX_RECORD_BYTES)
    return _("the event cannot be taken: {answer}", answer=events.code.value[2])


def _refused(refusal: Refusal) -> Response[bytes]:
    match refusal.status:
        case 401:
            return _reply(Code.INVALID_TOKEN)
        case 403:
            return _reply(Code.TOKEN_DISABLED)
        case _:
            return _reply(Code.SERVER_BUSY)


def _troubled(trouble: Trouble) -> Response[bytes]:
    if trouble.retry_after:
        return _reply(Code.SERVER_BUSY)
    about = {"text": trouble.reason, "code": Code.INVALID_DATA_FORMAT.number}
    return _plain(trouble.status, msgspec.json.encode(about))


def _reply(code: Code, event_number: int = -1, ack_id: int = -1) -> Response[bytes]:
    headers = {"Retry-After": str(RETRY_AFTER_S)} if code.status == 503 else {}
    return _plain(code.status, code.answer(event_number, ack_id), headers)


def _plain(status: int, body: bytes, headers: dict[str, str] | None = None) -> Response[bytes]:
    return Response(body, status_code=status, media_type="application/json", headers=headers or {})
