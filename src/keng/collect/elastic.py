"""Receives by the Elastic bulk protocol over HTTP, as Beats, Fluent Bit, Vector and rsyslog speak it.

A request is answered with 200 only when its records are durable in the journal. Otherwise: 401 and 403 (token),
413 (too large), 415 (unknown encoding), 429 with Retry-After (the journal is full, or too much is under way),
503 with Retry-After (the disk refuses). Each error says what to do, in the shape that Elastic clients show.
"""

import asyncio
import time

import msgspec
from litestar import Response
from litestar.exceptions import HTTPException

from keng.collect import elastic_probes
from keng.collect.bulk import Action, Bulk, Item, answer, document_problem, read_bulk
from keng.collect.intake import OFF_LOOP_BYTES, AnyRequest, Intake, Trouble, peer_of
from keng.collect.ports import Refusal, Sender
from keng.collect.split import split
from keng.i18n import _
from keng.model.rejected import Rejected

TRANSPORT = "elastic_bulk"
# What Elasticsearch calls each trouble.
_KINDS = {
    400: "parse_exception",
    408: "timeout_exception",
    413: "content_too_long_exception",
    415: "parse_exception",
    429: "es_rejected_execution_exception",
    503: "unavailable_shards_exception",
}


class ElasticReceiver:
    """One receiver on its intake: receive() answers any request of the protocol."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._door = intake.door

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
        sender = self._intake.sender(request)
        if isinstance(sender, Refusal):
            return _refused(request, sender)
        held = self._intake.hold(sender)
        try:
            body = await self._intake.body(request, held)
            if isinstance(body, Trouble):
                return _troubled(request, body)
            if not body or body.isspace():
                return _error(request, 400, "parse_exception", _("request body is required"))
            if len(body) > OFF_LOOP_BYTES:
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
        sender = self._intake.sender(request)
        if isinstance(sender, Refusal):
            return _refused(request, sender)
        held = self._intake.hold(sender)
        try:
            body = await self._intake.body(request, held)
            if isinstance(body, Trouble):
                return _troubled(request, body)
            body = body.strip()
            action = Action(name, index, sender_id)
            problem = document_problem(body)
            if problem is not None:
                self._door.refuse(
                    sender, TRANSPORT, peer_of(request), [Rejected(problem[1], "line 1", body[:4096])]
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
        sender = self._intake.sender(request)
        if isinstance(sender, Refusal):
            return _refused(request, sender)
        if path in ("", "/"):
            return _reply(
                request, 200, msgspec.json.encode(elastic_probes.root(request.headers.get("user-agent", "")))
            )
        about = elastic_probes.of_index(request.method, path)
        if about is not None:
            return _reply(request, 200, msgspec.json.encode(about))
        if path.strip("/").split("/")[0] not in elastic_probes.SETUP:
            reason = _("{path} is not served here; send records to /_bulk", path=path[:200])
            return _error(request, 404, "resource_not_found_exception", reason)
        status, about = elastic_probes.setup(request.method, path, request.headers.get("host", ""))
        return _reply(request, status, msgspec.json.encode(about))

    async def _take(self, request: AnyRequest, sender: Sender, bulk: Bulk) -> Response[bytes] | None:
        peer = peer_of(request)
        batches = split(sender, TRANSPORT, peer, self._door.now_us(), bulk.records, bulk.ids)
        trouble = await self._intake.keep(batches)
        if trouble is not None:
            return _troubled(request, trouble)
        if bulk.refused:
            self._door.refuse(sender, TRANSPORT, peer, bulk.refused)
        return None


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


def _troubled(request: AnyRequest, trouble: Trouble) -> Response[bytes]:
    kind = _KINDS.get(trouble.status, "illegal_argument_exception")
    return _error(request, trouble.status, kind, trouble.reason, trouble.retry_after)


def http_error(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """An error of the web framework itself, in the words of the protocol."""
    return _error(request, error.status_code, "illegal_argument_exception", error.detail)
