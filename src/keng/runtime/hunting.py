"""What `keng hunt` asks: answered by whoever has the event store open, the running centre or the command itself."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from keng.model.rejected import Rejected
from keng.model.user import Actor
from keng.runtime.clock import now_us
from keng.runtime.control import Call, CallError, Handler
from keng.state import audit, register
from keng.state.database import State
from keng.store.base import MAX_PAGE, EventStore
from keng.store.errors import StoreError
from keng.store.event_object import event_object
from keng.store.search import parse_search
from keng.store.sql import parse_sql

CALL = "hunt"
MAX_EVENTS = 1_000_000


class HuntRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """kind: "events", "count", "top" (of `field`), "sql" (query is a statement) or "fields" (query is a prefix)."""

    query: str
    kind: str = "events"
    field: str = ""
    limit: int = 100
    reason: str = ""
    who: str = "cli"


def answer(store: EventStore, state: State, request: HuntRequest, tag: str) -> Iterator[dict[str, Any]]:
    """The items: {"event": …}, {"count": n}, {"value": v, "count": n}, {"columns": […]} and {"row": […]}, {"field": name}.

    Raises CallError with a text for people. Whoever hunts is logged.
    """
    moment = now_us()
    with state.read() as conn:
        zone = register.centre_profile(conn).timezone
    if request.kind == "fields":
        yield from (
            {"field": name} for name in store.field_names(request.query, max(1, min(request.limit, 1_000)))
        )
        return
    with state.write() as conn:
        details = {
            "query": request.query,
            "kind": request.kind,
            "field": request.field,
            "reason": request.reason,
        }
        audit.record(conn, moment, Actor(request.who[:64]), "events.hunt", "events", details)
    try:
        yield from _found(store, request, moment, ZoneInfo(zone), tag)
    except StoreError as error:
        raise CallError(str(error)) from error


def handler(store: EventStore, state: State) -> Handler:
    """For the control socket."""

    def serve(call: Call) -> Iterator[dict[str, Any]]:
        try:
            request = msgspec.convert(call.arguments, HuntRequest)
        except msgspec.ValidationError as error:
            raise CallError(str(error)) from error
        tag = f"cli-{id(call)}"
        call.on_cancel(lambda: store.cancel(tag))
        for item in answer(store, state, request, tag):
            if call.cancelled.is_set():
                return
            yield item

    return serve


def _found(
    store: EventStore, request: HuntRequest, moment: int, zone: ZoneInfo, tag: str
) -> Iterator[dict[str, Any]]:
    if request.kind == "sql":
        statement = parse_sql(request.query)
        if isinstance(statement, Rejected):
            raise CallError(_told(statement))
        table = store.sql(statement, None, tag=tag)
        yield {"columns": table.columns}
        yield from ({"row": row} for row in table.rows)
        return
    query = parse_search(request.query, moment, zone)
    if isinstance(query, Rejected):
        raise CallError(_told(query))
    if request.kind == "count":
        yield {"count": store.count(query, None, tag)}
    elif request.kind == "top":
        for value in store.top_values(query, request.field, None, min(request.limit, 1_000), tag):
            yield {"value": value.value, "count": value.count}
    else:
        limit = min(max(request.limit, 0), MAX_EVENTS)
        one_page = limit <= MAX_PAGE
        for events in (
            [store.search(query, None, "", limit, tag).events]
            if one_page
            else store.export(query, None, limit, tag)
        ):
            yield from ({"event": event_object(event)} for event in events)


def _told(problem: Rejected) -> str:
    return f"{problem.reason} ({problem.position})" if problem.position else problem.reason
