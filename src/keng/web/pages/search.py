"""Search over events: the page comes at once, its rows, picture and most frequent values follow as parts of it."""

import msgspec
from litestar import Response, get

from keng.i18n import _, language
from keng.model.rejected import Rejected
from keng.state import register
from keng.store.base import Bucket, Page, ValueCount
from keng.store.errors import StoreError
from keng.store.query import SearchQuery
from keng.web import columns as shown_columns
from keng.web import personal, times
from keng.web.asking import Asked, asked, has_time, note, query_of, ranges
from keng.web.desk import AtDesk, Desk
from keng.web.pictures import columns
from keng.web.reason import in_words, kinds, reason_of
from keng.web.threads import in_thread
from keng.web.turns import in_turn, tag_of

PAGE = 50
MAX_SELF_LOADED = 20
"""Pages that load by themselves while one scrolls; then a press asks for each."""
BUCKETS = 72
TOP = 8
TOP_FIELDS = ("agency", "host", "user", "code", "process", "src_ip", "dst_ip", "domain")
OPEN_FIELDS = 4


@get("/search")
@in_thread
def search(desk: AtDesk) -> Response[str]:
    """The page, without waiting for what is found."""
    return _page(desk, plain=False)


@get("/search/plain")
@in_turn
def search_plain(desk: AtDesk) -> Response[str]:
    """The page with the newest rows in it, for browsers without scripts."""
    return _page(desk, plain=True)


def _page(desk: Desk, plain: bool) -> Response[str]:
    one = asked(desk)
    query = query_of(desk, one)
    readable = isinstance(query, SearchQuery)
    reason = reason_of(desk)
    page, trouble = Page(), ""
    if plain and readable and reason:
        page, trouble = _rows(desk, one, query)
    return desk.page(
        "search.html",
        asked=one,
        problem=query if isinstance(query, Rejected) else None,
        column=column_of(query) if isinstance(query, Rejected) else -1,
        reason=in_words(reason),
        kinds=kinds(),
        ranges=ranges(),
        own_time=readable and _has_own_time(desk, one),
        plain=plain,
        page=page,
        trouble=trouble,
        columns=shown_columns.chosen(desk),
        offered=shown_columns.OFFERED,
        value_of=shown_columns.value_of,
        names=names_of(desk),
        top_fields=TOP_FIELDS,
        open_fields=OPEN_FIELDS,
        number=MAX_SELF_LOADED,
    )


@get("/search/rows")
@in_turn
def search_rows(desk: AtDesk) -> Response[str]:
    """The newest events found, as a table; with a cursor the rows that follow."""
    one = asked(desk)
    query = query_of(desk, one)
    page, trouble = Page(), ""
    if isinstance(query, SearchQuery) and reason_of(desk):
        page, trouble = _rows(desk, one, query)
    cursor = desk.asked("cursor", 500)
    return desk.page(
        "parts/event_rows.html" if cursor else "parts/found.html",
        asked=one,
        page=page,
        trouble=trouble,
        names=names_of(desk),
        columns=shown_columns.chosen(desk),
        value_of=shown_columns.value_of,
        fields=[] if cursor else shown_columns.fields_of(page.events),
        own_time=isinstance(query, SearchQuery) and _has_own_time(desk, one),
        number=desk.asked_number("number") + 1,
        self_loading=desk.asked_number("number") < MAX_SELF_LOADED,
    )


@get("/search/overview")
@in_turn
def search_overview(desk: AtDesk) -> Response[str]:
    """How many events were found, and when: the histogram."""
    one = asked(desk)
    query = query_of(desk, one)
    total, trouble = 0, ""
    buckets: tuple[Bucket, ...] = ()
    if isinstance(query, SearchQuery) and reason_of(desk):
        note(desk, "events.search", _what(one), one.run)
        store, tag = desk.centre.store, tag_of(desk)
        ends = query.to_us or (one.now_us if query.from_us is not None else None)
        try:
            total = store.count(query, desk.agencies, tag)
            bounded = msgspec.structs.replace(query, to_us=ends)
            buckets = store.histogram(bounded, desk.agencies, BUCKETS, tag) if total else ()
        except StoreError as error:
            trouble = str(error)
    return desk.page(
        "parts/overview.html",
        asked=one,
        total=total,
        buckets=buckets,
        bars=columns([bucket.count for bucket in buckets], _labels(desk, buckets)),
        trouble=trouble,
    )


@get("/search/top")
@in_turn
def search_top(desk: AtDesk) -> Response[str]:
    """The most frequent values of one field among what was found."""
    one = asked(desk)
    query = query_of(desk, one)
    field = desk.asked("field", 200)
    values: tuple[ValueCount, ...] = ()
    trouble = ""
    hidden = personal.is_personal(field) and not personal.sees(desk)
    if hidden:
        trouble = _("Names of people are not shown to your role.")
    elif isinstance(query, SearchQuery) and field and reason_of(desk):
        note(desk, "events.search", _what(one), one.run)
        try:
            values = desk.centre.store.top_values(query, field, desk.agencies, TOP, tag_of(desk))
        except StoreError as error:
            trouble = str(error)
    return desk.page(
        "parts/top_values.html", asked=one, field=field, values=values, trouble=trouble, names=names_of(desk)
    )


@get("/search/help")
@in_thread
def search_help(desk: AtDesk) -> Response[str]:
    """The language on one page."""
    return desk.page("search_help.html")


def _rows(desk: Desk, one: Asked, query: SearchQuery | Rejected) -> tuple[Page, str]:
    if isinstance(query, Rejected):
        return Page(), ""
    note(desk, "events.search", _what(one), one.run)
    try:
        page = desk.centre.store.search(query, desk.agencies, desk.asked("cursor", 500), PAGE, tag_of(desk))
        return Page(personal.shown(desk, page.events), page.next), ""
    except StoreError as error:
        return Page(), str(error)


def _what(one: Asked) -> dict[str, str]:
    return {"query": one.text, "range": f"{one.from_us}–{one.to_us}" if one.range == "custom" else one.range}


def _labels(desk: Desk, buckets: tuple[Bucket, ...]) -> list[str]:
    zone = desk.profile.timezone
    return [_("{time}: {count} events", time=times.full(b.start_us, zone), count=b.count) for b in buckets]


def _has_own_time(desk: Desk, one: Asked) -> bool:
    bare = msgspec.structs.replace(one, range="all")
    query = query_of(desk, bare)
    return isinstance(query, SearchQuery) and has_time(query)


def column_of(problem: Rejected) -> int:
    """The place of a mistake, counted from 0; -1 if there is none. The position reads "column 12"."""
    digits = "".join(char for char in problem.position if char.isdigit())
    return int(digits) - 1 if digits else -1


def names_of(desk: Desk) -> dict[str, str]:
    """Agencies' names by their ids."""
    with desk.centre.state.read() as conn:
        return {agency.id: agency.name(language()) for agency in register.agencies(conn)}


ROUTES = [search, search_plain, search_rows, search_overview, search_top, search_help]
