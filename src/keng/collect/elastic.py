"""Receives by the Elastic bulk protocol over HTTP, as Beats, Fluent Bit, Vector and rsyslog speak it.

A request is answered with 200 only when its records are durable in the journal. Otherwise: 401 and 403 (token),
413 (too large), 415 (unknown encoding), 429 with Retry-After (the journal is full, or too much is under way),
503 with Retry-After (the disk refuses). Each error says what to do, in the shape that Elastic clients show.
"""

import asyncio
import time
from typing import Any

import msgspec
from litestar import HttpMethod, Litestar, Request, Response, route
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp

from keng.collect import elastic_probes
from keng.collect.bulk import Action, Bulk, Item, answer, document_problem, read_bulk
from keng.collect.credentials import token_of
from keng.collect.inflate import TooLarge, inflate
from keng.collect.ports import Door, Outcome, Refusal, Sender
from keng.collect.split import split
from keng.i18n import _
from keng.model.rejected import Rejected

MAX_BODY_BYTES = 100 * 1024 * 1024  # the default of Elasticsearch, which shippers expect
MAX_UNDER_WAY_BYTES = 256 * 1024 * 1024
BODY_TIMEOUT_S = 60.0
RETRY_AFTER_S = 5
TRANSPORT = "elastic_bulk"
_OFF_LOOP_BYTES = 128 * 1024  # larger bodies are read in a thread, so that other requests are not held up
_WRITE: list[HttpMethod | Any] = [HttpMethod.POST, HttpMethod.PUT]
_ANY: list[HttpMethod | Any] = [HttpMethod.GET, HttpMethod.HEAD, *_WRITE, HttpMethod.DELETE]
AnyRequest = Request[Any, Any, Any]


class ElasticReceiver:
    """One receiver on its `Door`. `app()` gives the ASGI application to serve."""

    def __init__(self, door: Door, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self._door = door
        self._max_body = max_body_bytes
        self._under_way = 0

    async def receive(self, request: AnyRequest) -> Response[bytes]:
        """Any request: by its address a bulk, a single document, or a question."""
        path = request.url.path
        if request.method in ("POST", "PUT"):
            match path.strip("/").split("/"):
                case ["_bulk"]:
                    return await self.bulk(request, "")
                case [index, "_bulk"] | [index, _, "_bulk"]:
                    return await self.bulk(request, index)
                case [index, "_doc"] if not index.startswith("_"):
                    return await self.document(request, index, "index", "")
                case [index, ("_doc" | "_create") as kind, doc] if not index.startswith("_"):
                    return await self.document(
                        request, index, "create" if kind == "_create" else "index", doc
                    )
        return self.probe(request, path)

    async def bulk(self, request: AnyRequest, index: str) -> Response[bytes]:
        """One bulk request, from its head to its answer."""
        started = time.monotonic()
        sender = self._sender(request)
        if isinstance(sender, Refusal):
            return _refused(request, sender)
        held = _Held(self)
        try:
            body = await self._body(request, held)
            if isinstance(body, Response):
                return body
            if not body.strip():
                return _error(request, 400, "parse_exception", _("request body is required"))
            if len(body) > _OFF_LOOP_BYTES:
                bulk = await asyncio.to_thread(read_bulk, body, index)
            else:
                bulk = read_bulk(body, index)
            del body
            problem = await self._take(request, sender, bulk)
            if problem is not None:
                return problem
            brief = "filter_path" in request.query_params
            took_ms = int((time.monotonic() - started) * 1000)
            return _reply(request, 200, answer(bulk, took_ms, self._door.now_us(), brief))
        finally:
            held.release()

    async def document(self, request: AnyRequest, index: str, name: str, sender_id: str) -> Response[bytes]:
        """One document by `PUT /index/_doc/id` and its like."""
        sender = self._sender(request)
        if isinstance(sender, Refusal):
            return _refused(request, sender)
        held = _Held(self)
        try:
            body = await self._body(request, held)
            if isinstance(body, Response):
                return body
            body = body.strip()
            action = Action(name, index, sender_id)
            problem = document_problem(body)
            if problem is not None:
                self._door.refuse(
                    sender, TRANSPORT, _peer(request), [Rejected(problem[1], "line 1", body[:4096])]
                )
                return _error(request, problem[0], "document_parsing_exception", problem[1])
            bulk = Bulk([Item(action, 201)], [body], [f"{index}/{sender_id}" if sender_id else ""], [])
            failure = await self._take(request, sender, bulk)
            if failure is not None:
                return failure
            about = {
                "_index": index,
                "_id": sender_id or f"{self._door.now_us():x}",
                "_version": 1,
                "result": "created",
            }
            return _reply(request, 201, msgspec.json.encode(about))
        finally:
            held.release()

    def probe(self, request: AnyRequest, path: str) -> Response[bytes]:
        """One of the questions that shippers ask before they send."""
        sender = self._sender(request)
        if isinstance(sender, Refusal):
            return _refused(request, sender)
        if path in ("", "/"):
            return _reply(
                request, 200, msgspec.json.encode(elastic_probes.root(request.headers.get("user-agent", "")))
            )
        if path.strip("/").split("/")[0] not in elastic_probes.SETUP:
            reason = _("{path} is not served here; send records to /_bulk", path=path[:200])
            return _error(request, 404, "resource_not_found_exception", reason)
        status, about = elastic_probes.setup(request.method, path, request.headers.get("host", ""))
        return _reply(request, status, msgspec.json.encode(about))

    def _sender(self, request: AnyRequest) -> Sender | Refusal:
        token = token_of(request.headers.get("authorization", ""))
        if not token:
            return Refusal(
                401,
                _(
                    "no token. Send the log source's token as `Authorization: ApiKey base64(id:token)`,"
                    " as a bearer token, or as the password of basic authentication"
                ),
            )
        return self._door.authenticate(token)

    async def _take(self, request: AnyRequest, sender: Sender, bulk: Bulk) -> "Response[bytes] | None":
        peer = _peer(request)
        if bulk.records:
            batches = split(sender, TRANSPORT, peer, self._door.now_us(), bulk.records, bulk.ids)
            outcome = await self._door.take(batches)
            if outcome is Outcome.FULL:
                reason = _("the centre's journal is full for the moment; send again later")
                return _error(request, 429, "es_rejected_execution_exception", reason, RETRY_AFTER_S)
            if outcome is Outcome.FAILED:
                reason = _("the centre cannot write to its disk; send again later")
                return _error(request, 503, "unavailable_shards_exception", reason, RETRY_AFTER_S)
        if bulk.refused:
            self._door.refuse(sender, TRANSPORT, peer, bulk.refused)
        return None

    async def _body(self, request: AnyRequest, held: "_Held") -> "bytes | Response[bytes]":
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                async for part in request.stream():
                    size += len(part)
                    if size > self._max_body:
                        return self._too_large(request)
                    if not held.reserve(len(part)):
                        reason = _("too much is being received at once; send again later")
                        return _error(request, 429, "circuit_breaking_exception", reason, 1)
                    parts.append(part)
        except TimeoutError:
            return _error(request, 408, "timeout_exception", _("the request body did not arrive in time"))
        encoding = request.headers.get("content-encoding", "")
        body = b"".join(parts)
        if not encoding:
            return body
        plain = await asyncio.to_thread(inflate, body, encoding, self._max_body)
        if isinstance(plain, TooLarge):
            return self._too_large(request)
        if isinstance(plain, Rejected):
            known = encoding.strip().lower() in ("gzip", "x-gzip", "deflate", "zstd")
            return _error(
                request, 400 if known else 415, "parse_exception", f"{plain.reason} {plain.position}".strip()
            )
        held.reserve(len(plain))
        return plain

    def _too_large(self, request: AnyRequest) -> Response[bytes]:
        reason = _(
            "the request is larger than {limit} bytes; send smaller bulk requests", limit=self._max_body
        )
        return _error(request, 413, "content_too_long_exception", reason)

    def app(self, mounts: "list[ASGIApp | Any] | None" = None) -> Litestar:
        """The ASGI application. mounts: further route handlers to serve on the same port."""

        @route(["/", "/{path:path}"], http_method=_ANY)
        async def receive(request: AnyRequest) -> Response[bytes]:
            return await self.receive(request)

        return Litestar(
            route_handlers=[*(mounts or []), receive],
            openapi_config=None,
            request_max_body_size=None,
            exception_handlers={HTTPException: _http_error},
            logging_config=None,
        )


class _Held:
    """What one request holds of the receiver's memory allowance."""

    def __init__(self, receiver: ElasticReceiver) -> None:
        self._receiver = receiver
        self._bytes = 0

    def reserve(self, size: int) -> bool:
        self._receiver._under_way += size
        self._bytes += size
        return self._receiver._under_way <= MAX_UNDER_WAY_BYTES

    def release(self) -> None:
        self._receiver._under_way -= self._bytes
        self._bytes = 0


def _peer(request: AnyRequest) -> str:
    return f"{request.client.host}:{request.client.port}" if request.client else ""


def _reply(
    request: AnyRequest, status: int, body: bytes, headers: dict[str, str] | None = None
) -> Response[bytes]:
    accepted = request.headers.get("accept", "")
    kind = "application/json"
    if "application/vnd.elasticsearch+json" in accepted:
        version = "9" if "compatible-with=9" in accepted else "8"
        kind = f"application/vnd.elasticsearch+json;compatible-with={version}"
    told = {"X-Elastic-Product": "Elasticsearch", **(headers or {})}
    return Response(
        b"" if request.method == "HEAD" else body, status_code=status, media_type=kind, headers=told
    )


def _error(request: AnyRequest, status: int, kind: str, reason: str, retry_after: int = 0) -> Response[bytes]:
    cause = {"type": kind, "reason": reason}
    body = msgspec.json.encode({"error": {"root_cause": [cause], **cause}, "status": status})
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    if status == 401:
        headers["WWW-Authenticate"] = 'ApiKey, Basic realm="keng" charset="UTF-8"'
    return _reply(request, status, body, headers)


def _refused(request: AnyRequest, refusal: Refusal) -> Response[bytes]:
    return _error(request, refusal.status, "security_exception", refusal.reason)


def _http_error(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    return _error(request, error.status_code, "illegal_argument_exception", error.detail)
