"""Reads the body of an Elastic bulk request, and writes the answer. Pure.

Body: lines of JSON, an action and then its document:
    {"index": {"_index": "logs", "_id": "7"}}
    {"message": "…"}
`index` and `create` carry a document; `update` too, `delete` none: both are refused, because what was
collected is never changed. Every action has its place in the answer's `items`, in order. A broken line
fails alone; after a broken action line the reader looks for the next action.
"""

from typing import NamedTuple

import msgspec

from keng.collect.ports import MAX_RECORD_BYTES
from keng.i18n import _
from keng.model.rejected import Rejected

MAX_ACTIONS = 200_000
_KEPT_RAW = 4096
_ACTIONS = frozenset({"index", "create", "update", "delete"})
_CACHED_LINES = 256
_MOST_NAMES = 8  # beside the action on its line
_TAKEN = (
    b',"_version":1,"result":"created","_seq_no":0,"_primary_term":1,'
    b'"_shards":{"total":1,"successful":1,"failed":0},"status":201}}'
)
# Checks the syntax of a document without building objects from it.
_skim = msgspec.json.Decoder(msgspec.Raw).decode


class Action(NamedTuple):
    """name: "index", "create", "update" or "delete"; target (an index) and id: "" where the sender gives none."""

    name: str
    target: str
    id: str


class Item(NamedTuple):
    """One action's fate: status 201 and no reason, or 4xx with the reason."""

    action: Action
    status: int
    error_type: str = ""
    reason: str = ""


class Bulk(NamedTuple):
    """items in the request's order; records and ids of those that can be taken; refused ones with their bytes."""

    items: list[Item]
    records: list[bytes]
    ids: list[str]
    refused: list[Rejected]


def read_bulk(body: bytes, default_index: str = "") -> Bulk:
    """Every action of the body. At most 200,000; the rest of a longer body is refused as one item."""
    # Bounded: a body of nothing but line feeds must not become a list of millions.
    lines = body.split(b"\n", 2 * MAX_ACTIONS + 2)
    bulk = Bulk([], [], [], [])
    items, records, ids = bulk.items, bulk.records, bulk.ids
    cache: dict[bytes, Action | None] = {}
    # Most requests repeat one action line: its place in the answer is made once.
    usual: dict[bytes, Item] = {}
    n, total = 0, len(lines)
    while n < total:
        line = lines[n]
        n += 1
        known = usual.get(line)
        if known is not None and n < total and len(items) < MAX_ACTIONS:
            document = lines[n].strip()
            if document and document_problem(document) is None:
                n += 1
                items.append(known)
                records.append(document)
                ids.append("")
                continue
        if not line.strip():
            continue
        if len(items) >= MAX_ACTIONS:
            _fail(bulk, Action("index", default_index, ""), 413, n, line, _too_many())
            break
        action = _action(line, default_index, cache)
        if action is None:
            reason = _("this line is not a bulk action such as {example}", example='{"create":{}}')
            _fail(
                bulk, Action("index", default_index, ""), 400, n, line, reason, "illegal_argument_exception"
            )
            if n < total and lines[n].strip() and _action(lines[n], default_index, cache) is None:
                n += 1  # the document of the broken action
            continue
        if action.name == "delete":
            _fail(bulk, action, 400, n, line, _never_changed(), "illegal_argument_exception")
            continue
        if n >= total or (n == total - 1 and not lines[n]):
            _fail(bulk, action, 400, n, line, _("the document after this action is missing"))
            break
        document = lines[n].strip()
        n += 1
        if action.name == "update":
            _fail(bulk, action, 400, n, document, _never_changed(), "illegal_argument_exception")
            continue
        problem = document_problem(document)
        if problem is not None:
            _fail(bulk, action, problem[0], n, document, problem[1])
            continue
        item = Item(action, 201)
        items.append(item)
        records.append(document)
        ids.append(f"{action.target}/{action.id}" if action.id else "")
        if not action.id and len(usual) < _CACHED_LINES:
            usual[line] = item
    return bulk


def document_problem(document: bytes) -> tuple[int, str] | None:
    """Status and reason if the bytes are not one JSON object of at most 1 MiB; None if they are."""
    if len(document) > MAX_RECORD_BYTES:
        return 413, _(
            "the document has {size} bytes, more than {limit}", size=len(document), limit=MAX_RECORD_BYTES
        )
    if not document.startswith(b"{"):
        return 400, _("the document is not a JSON object")
    try:
        _skim(document)
        if not document.isascii():
            document.decode("utf-8")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return 400, _("the document is not valid JSON: {error}", error=str(error))
    return None


def _too_many() -> str:
    return _("more than {limit} actions in one request; send smaller bulk requests", limit=MAX_ACTIONS)


def _never_changed() -> str:
    return _("only index and create are taken: what was collected is never changed or deleted")


def _fail(
    bulk: Bulk,
    action: Action,
    status: int,
    line: int,
    raw: bytes,
    reason: str,
    kind: str = "document_parsing_exception",
) -> None:
    bulk.items.append(Item(action, status, kind, f"line {line}: {reason}"))
    bulk.refused.append(Rejected(reason, f"line {line}", raw[:_KEPT_RAW]))


def _action(line: bytes, default_index: str, cache: dict[bytes, Action | None]) -> Action | None:
    if line in cache:
        return cache[line]
    action = _read_action(line, default_index)
    if len(cache) < _CACHED_LINES:
        cache[line] = action
    return action


def _read_action(line: bytes, default_index: str) -> Action | None:
    try:
        parsed = msgspec.json.decode(line, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    # Some senders put what only they need behind the action (winston-elasticsearch its "attempts").
    name, about = next(iter(parsed.items()), ("", None))
    if name not in _ACTIONS or not isinstance(about, dict) or len(parsed) > _MOST_NAMES:
        return None
    index, sender_id = about.get("_index"), about.get("_id")
    return Action(
        name,
        index[:512] if isinstance(index, str) else default_index,
        str(sender_id)[:512] if isinstance(sender_id, str | int) else "",
    )


def answer(bulk: Bulk, took_ms: int, received_us: int, brief: bool) -> bytes:
    """The response body. brief: the sender's `filter_path` asks for status and error only, as Beats do."""
    parts: list[bytes] = []
    heads: dict[tuple[str, str], bytes] = {}
    for n, item in enumerate(bulk.items):
        name, target, sender_id = item.action
        if brief:
            about = b"" if not item.reason else b',"error":' + _failure(item)
            parts.append(b'{"%b":{"status":%d%b}}' % (name.encode(), item.status, about))
            continue
        head = heads.get((name, target))
        if head is None:
            head = b'{"%b":{"_index":%b,"_id":' % (name.encode(), msgspec.json.encode(target))
            if len(heads) < _CACHED_LINES:
                heads[name, target] = head
        shown = msgspec.json.encode(sender_id) if sender_id else b'"%x-%d"' % (received_us, n)
        if item.status < 300:
            parts.append(head + shown + _TAKEN)
        else:
            parts.append(b'%b%b,"status":%d,"error":%b}}' % (head, shown, item.status, _failure(item)))
    errors = b"true" if bulk.refused else b"false"
    return b'{"took":%d,"errors":%b,"items":[%b]}' % (took_ms, errors, b",".join(parts))


def _failure(item: Item) -> bytes:
    return msgspec.json.encode({"type": item.error_type, "reason": item.reason})
