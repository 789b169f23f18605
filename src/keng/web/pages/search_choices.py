"""What a searcher chooses: the reason, the columns, the end of a search; and what is offered while they write."""

import msgspec
from litestar import MediaType, Response, get, post
from litestar.response import Redirect

from keng.i18n import _
from keng.state import preferences
from keng.store.base import ValueCount
from keng.store.completion import TIMES, at_cursor, field_text, value_text
from keng.store.errors import StoreError
from keng.store.fields import Type, column_type
from keng.store.query import Field, Operator, SearchQuery
from keng.web.asking import HOUR_US, asked, span_of
from keng.web.columns import PREFERENCE, cleaned
from keng.web.desk import AtDesk, Desk
from keng.web.personal import is_personal, sees
from keng.web.reason import COOKIE, cookie_value, reason_of
from keng.web.threads import in_thread
from keng.web.turns import in_turn, tag_of
from keng.web.visible import plain

MAX_OFFERED = 12
MAX_SPAN_US = 7 * 24 * HOUR_US
MAX_VALUE = 200


@post("/search/reason")
@in_thread
def give_reason(desk: AtDesk) -> Redirect:
    """Say why; then the search goes on."""
    value = cookie_value(desk, desk.text("kind", 20), desk.text("note", 400))
    back = desk.text("back", 40_000) or "/search"
    if not value:
        return desk.go(back, _("Choose a reason, or write one."), bad=True)
    answer = desk.go(back)
    answer.set_cookie(COOKIE, value, httponly=True, samesite="lax", secure=desk.secure)
    return answer


@post("/search/columns")
@in_thread
def choose_columns(desk: AtDesk) -> Redirect:
    """Remember the person's columns; none: the usual line."""
    names = cleaned([*desk.many("column"), *desk.text("more", 3_000).replace(",", "\n").split("\n")])
    wanted = None if desk.text("usual", 2) else list(names)
    with desk.centre.state.write() as conn:
        preferences.set_preference(conn, desk.user.id, PREFERENCE, wanted)
    return desk.go(desk.text("back", 40_000) or "/search")


@post("/search/cancel")
@in_thread
def cancel(desk: AtDesk) -> Response[bytes]:
    """End one's own search of this page."""
    desk.centre.store.cancel(tag_of(desk))
    return Response(b"", status_code=204)


@get("/search/complete")
@in_turn
def complete(desk: AtDesk) -> Response[bytes]:
    """Names and values that fit what is being written: {"start", "end", "items": [{"text", "shown", "note"}]}."""
    text = str(desk.request.query_params.get("q", ""))[:8_200]
    cursor = at_cursor(text, desk.asked_number("caret", len(text)))
    items: list[dict[str, str]] = []
    if cursor.kind == "field":
        lower = cursor.prefix.lower()
        names = desk.centre.store.field_names(cursor.prefix, MAX_OFFERED) if cursor.prefix else ()
        items += [_item(field_text(name) + ":", name, _("field")) for name in names]
        items += [_item(one, one, _("time")) for one in TIMES if lower and one.startswith(lower)]
    elif cursor.kind == "value":
        items += [
            _item(value_text(one.value) + " ", one.value, f"{one.count:,}".replace(",", "\u202f"))
            for one in _values(desk, cursor.field, cursor.prefix)
        ]
    answer = {"start": cursor.start, "end": cursor.end, "items": items[:MAX_OFFERED]}
    return Response(msgspec.json.encode(answer), media_type=MediaType.JSON)


def _values(desk: Desk, field: str, prefix: str) -> tuple[ValueCount, ...]:
    """The most frequent values that begin so, among what the person may see, in the page's time (7 days at most)."""
    kind = column_type(field)
    if kind is Type.BOOLEAN:
        return (ValueCount("true", 0), ValueCount("false", 0))
    if kind is Type.ID or not reason_of(desk) or "*" in prefix or "?" in prefix or len(prefix) > MAX_VALUE:
        return ()
    if is_personal(field) and not sees(desk):
        return ()
    if kind is Type.NUMBER and prefix and not prefix.isdigit():
        return ()
    one = asked(desk)
    from_us, to_us = span_of(one)
    end = to_us or one.now_us
    query = SearchQuery(
        expression=Field(field, Operator.EQUAL, prefix + "*") if prefix else None,
        from_us=max(from_us or 0, end - MAX_SPAN_US),
        to_us=to_us,
    )
    try:
        found = desk.centre.store.top_values(query, field, desk.agencies, MAX_OFFERED, tag_of(desk))
    except StoreError:
        return ()  # what is written can be sent all the same
    return tuple(one for one in found if len(one.value) <= MAX_VALUE)


def _item(text: str, shown: str, about: str) -> dict[str, str]:
    return {"text": text, "shown": plain(shown, 100), "note": about}


ROUTES = [give_reason, choose_columns, cancel, complete]
