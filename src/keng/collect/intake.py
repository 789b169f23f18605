"""What all HTTP receivers share: the sender by its token, the body within the memory allowance, the journal's word.

Nothing here knows a protocol: trouble comes back as a `Trouble`, and each receiver says it in its own protocol's words.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request

from keng.collect.credentials import token_of
from keng.collect.inflate import TooLarge, inflate
from keng.collect.ports import Door, Outcome, Refusal, Sender
from keng.i18n import _
from keng.model.batch import Batch
from keng.model.rejected import Rejected

MAX_BODY_BYTES = 100 * 1024 * 1024  # the default of Elasticsearch, which shippers expect
MAX_UNDER_WAY_BYTES = 256 * 1024 * 1024
BODY_TIMEOUT_S = 60.0
ASK_AGAIN_S = 0.5  # a body that took longer may have outlived its token
RETRY_AFTER_S = 5
OFF_LOOP_BYTES = 128 * 1024  # larger bodies are read in a thread, so that other requests are not held up
_KNOWN = ("gzip", "x-gzip", "deflate", "zstd")
AnyRequest = Request[Any, Any, Any]


class Trouble(msgspec.Struct, frozen=True):
    """Why a request was not taken: an HTTP status, its reason, and after how many seconds to come again (0: never)."""

    status: int
    reason: str
    retry_after: int = 0


class Intake:
    """One allowance of memory for all receivers on a port. max_body_bytes: of one request, unpacked."""

    def __init__(self, door: Door, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self.door = door
        self.max_body = max_body_bytes
        self.under_way = 0
        self.by_source: dict[str, int] = {}
        self._unpacking = asyncio.Semaphore(2)

    def sender(self, request: AnyRequest) -> Sender | Refusal:
        """The source whose token the request carries; asked anew at every request, also on an open connection."""
        token = token_of(request.headers.get("authorization", ""))
        if not token:
            return Refusal(
                401,
                _(
                    "no token. Send the log source's token as `Authorization: ApiKey base64(id:token)`,"
                    " as a bearer token, or as the password of basic authentication"
                ),
            )
        return self.door.authenticate(token)

    def hold(self, sender: Sender) -> "Held":
        """What one request is going to hold; release it at the end."""
        return Held(self, sender.source)

    async def body(self, request: AnyRequest, held: "Held", limit: int = MAX_BODY_BYTES) -> bytes | Trouble:
        """The request's body, unpacked; at most `limit` bytes, and no more than the centre's own bound."""
        limit = min(limit, self.max_body)
        parts: list[bytes] = []
        size = 0
        began = time.monotonic()
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                async for part in request.stream():
                    size += len(part)
                    if size > limit:
                        return _too_large(limit)
                    if not held.reserve(len(part)):
                        return _too_much()
                    parts.append(part)
        except TimeoutError:
            return Trouble(408, _("the request body did not arrive in time"))
        if time.monotonic() - began > ASK_AGAIN_S and isinstance(again := self.sender(request), Refusal):
            return Trouble(again.status, again.reason)  # withdrawn while the body was on its way
        encoding = request.headers.get("content-encoding", "")
        body = b"".join(parts)
        if not encoding:
            return body
        # Two at once, each with what is left of the allowance: small bodies that unpack to giants cannot exceed it.
        async with self._unpacking:
            room = max(MAX_UNDER_WAY_BYTES - self.under_way, 0)
            plain = await asyncio.to_thread(inflate, body, encoding, min(limit, room))
            if isinstance(plain, bytes):
                held.reserve(len(plain))
        if isinstance(plain, TooLarge):
            return _too_large(limit) if room >= limit else _too_much()
        if isinstance(plain, Rejected):
            status = 400 if encoding.strip().lower() in _KNOWN else 415
            return Trouble(status, f"{plain.reason} {plain.position}".strip())
        return plain

    async def keep(self, batches: Sequence[Batch]) -> Trouble | None:
        """Hand batches to the journal: None once they are durable, else why nothing of them was taken."""
        if not batches:
            return None
        outcome = await self.door.take(batches)
        if outcome is Outcome.FULL:
            return Trouble(
                429, _("the centre's journal is full for the moment; send again later"), RETRY_AFTER_S
            )
        if outcome is Outcome.FAILED:
            return Trouble(503, _("the centre cannot write to its disk; send again later"), RETRY_AFTER_S)
        return None


class Held:
    """What one request holds of the allowance."""

    def __init__(self, intake: Intake, source: str) -> None:
        self._intake = intake
        self._source = source
        self._bytes = 0

    def reserve(self, size: int) -> bool:
        """Hold so many bytes more; False if the allowance is exceeded. One source may use three quarters of it."""
        intake = self._intake
        intake.under_way += size
        own = intake.by_source[self._source] = intake.by_source.get(self._source, 0) + size
        self._bytes += size
        return intake.under_way <= MAX_UNDER_WAY_BYTES and own <= MAX_UNDER_WAY_BYTES * 3 // 4

    def release(self) -> None:
        """Hold nothing more."""
        self._intake.under_way -= self._bytes
        left = self._intake.by_source.get(self._source, 0) - self._bytes
        if left > 0:
            self._intake.by_source[self._source] = left
        else:
            self._intake.by_source.pop(self._source, None)
        self._bytes = 0


def peer_of(request: AnyRequest) -> str:
    """The sender's address and port."""
    return f"{request.client.host}:{request.client.port}" if request.client else ""


def _too_much() -> Trouble:
    return Trouble(429, _("too much is being received at once; send again later"), 1)


def _too_large(limit: int) -> Trouble:
    return Trouble(
        413, _("the request is larger than {limit} bytes; send smaller bulk requests", limit=limit)
    )
