"""Search over events: the query language of the store, a span of time, a histogram, top values, pivots."""

from urllib.parse import urlencode

import msgspec
from litestar import Response, get

from keng.i18n import _, language
from keng.model.rejected import Rejected
from keng.state import audit, register
from keng.store.base import Bucket, Page, StoredEvent, ValueCount
from keng.store.errors import StoreError
from keng.store.query import SearchQuery
from keng.store.search import parse_search
from keng.web import times
from keng.web.csv_export import to_csv
from keng.web.desk import AtDesk, Desk
from keng.web.pictures import Bar, columns
from keng.web.threads import in_thread

PAGE = 50
MAX_EXPORT = 1_000
BUCKETS = 72
TOP_FIELDS = ("agency", "host", "user", "code", "process", "src_ip", "dst_ip", "domain")
HOUR_US = 3_600_000_000
RANGES = {"15m": HOUR_US // 4, "1h": HOUR_US, "24h": 24 * HOUR_US, "7d": 168 * HOUR_US, "30d": 720 * HOUR_US}
DEFAULT_RANGE = "24h"


class Asked(msgspec.Struct, frozen=True):
    """What the address asks for. range: a key of RANGES, "all" or "custom" (from_us ≤ t < to_us)."""

    text: str
    range: str
    from_us: int
    to_us: int

    def query(self, **changes: object) -> str:
        """The search's parameters, changed."""
        values = {"q": self.text, "range": self.range}
        if self.range == "custom":
            values |= {"from": str(self.from_us), "to": str(self.to_us)}
        return urlencode(values | {k: str(v) for k, v in changes.items()})


class Found(msgspec.Struct, frozen=True):
    """The answer, or the reason why there is none."""

    page: Page = Page()
    total: int = 0
    bars: list[Bar] = []
    buckets: tuple[Bucket, ...] = ()
    problem: Rejected | None = None
    trouble: str = ""


@get("/search")
@in_thread
def search(desk: AtDesk) -> Response[str]:
    """The page."""
    asked = _asked(desk)
    query = _query(desk, asked)
    if isinstance(query, Rejected):
        found = Found(problem=query)
    else:
        _note(desk, asked)
        found = _find(desk, query)
    return desk.page(
        "search.html",
        asked=asked,
        found=found,
        ranges=_ranges(),
        own_time=not isinstance(query, Rejected) and _has_own_time(desk, asked),
        column=_column(found.problem),
        names=_names(desk),
    )


@get("/search/more")
@in_thread
def search_more(desk: AtDesk) -> Response[str]:
    """The following rows, after the cursor."""
    asked = _asked(desk)
    query = _query(desk, asked)
    page, trouble = Page(), ""
    if isinstance(query, SearchQuery):
        try:
            page = desk.centre.store.search(query, desk.agencies, desk.asked("cursor", 500), PAGE)
        except StoreError as error:
            trouble = str(error)
    return desk.page("parts/event_rows.html", asked=asked, page=page, trouble=trouble, names=_names(desk))


@get("/search/top")
@in_thread
def search_top(desk: AtDesk) -> Response[str]:
    """The most frequent values of some fields among what was found."""
    asked = _asked(desk)
    query = _query(desk, asked)
    tops: list[tuple[str, tuple[ValueCount, ...]]] = []
    trouble = ""
    if isinstance(query, SearchQuery):
        try:
            for field in TOP_FIELDS:
                values = desk.centre.store.top_values(query, field, desk.agencies, 5)
                if values:
                    tops.append((field, values))
        except StoreError as error:
            trouble = str(error)
    return desk.page("parts/top_values.html", asked=asked, tops=tops, trouble=trouble)


@get("/search/export.csv")
@in_thread
def search_export(desk: AtDesk) -> Response[bytes]:
    """The newest 1,000 found events as CSV."""
    asked = _asked(desk)
    query = _query(desk, asked)
    events: tuple[StoredEvent, ...] = ()
    if isinstance(query, SearchQuery):
        _note(desk, asked, "events.export")
        events = desk.centre.store.search(query, desk.agencies, "", MAX_EXPORT).events
    header = (
        "time",
        "agency",
        "source",
        "host",
        "format",
        "id",
        *(events[0].hot._fields if events else ()),
        "raw",
    )
    rows = ((times.iso(e.time_us), e.agency, e.source, e.host, e.format, e.id, *e.hot, e.raw) for e in events)
    return Response(
        to_csv(header, rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="events.csv"'},
    )


def _asked(desk: Desk) -> Asked:
    wanted = desk.asked("range", 10)
    from_us, to_us = desk.asked_number("from"), desk.asked_number("to")
    if wanted == "custom" and not 0 <= from_us < to_us < 1 << 62:
        wanted = DEFAULT_RANGE
    if wanted not in (*RANGES, "all", "custom"):
        wanted = DEFAULT_RANGE
    return Asked(desk.asked("q", 4_200), wanted, from_us, to_us)


def _query(desk: Desk, asked: Asked) -> SearchQuery | Rejected:
    """The parsed search; the page's span of time applies where the text names none itself."""
    query = parse_search(asked.text, desk.now_us, times.zone(desk.profile.timezone))
    if isinstance(query, Rejected) or query.from_us is not None or query.to_us is not None:
        return query
    if asked.range == "custom":
        return msgspec.structs.replace(query, from_us=asked.from_us, to_us=asked.to_us)
    if asked.range == "all":
        return query
    return msgspec.structs.replace(query, from_us=desk.now_us - RANGES[asked.range], to_us=None)


def _has_own_time(desk: Desk, asked: Asked) -> bool:
    query = parse_search(asked.text, desk.now_us, times.zone(desk.profile.timezone))
    return isinstance(query, SearchQuery) and (query.from_us is not None or query.to_us is not None)


def _find(desk: Desk, query: SearchQuery) -> Found:
    store = desk.centre.store
    try:
        page = store.search(query, desk.agencies, "", PAGE)
        total = store.count(query, desk.agencies)
        bounded = (
            msgspec.structs.replace(query, to_us=desk.now_us) if query.from_us and not query.to_us else query
        )
        buckets = store.histogram(bounded, desk.agencies, BUCKETS) if page.events else ()
    except StoreError as error:
        return Found(trouble=str(error))
    zone = desk.profile.timezone
    labels = [_("{time}: {count} events", time=times.full(b.start_us, zone), count=b.count) for b in buckets]
    return Found(page, total, columns([b.count for b in buckets], labels), buckets)


def _note(desk: Desk, asked: Asked, action: str = "events.search") -> None:
    """Whoever searches is logged."""
    with desk.centre.state.write() as conn:
        details = {"query": asked.text, "range": asked.range}
        audit.record(conn, desk.now_us, desk.actor, action, "events", details)


def _column(problem: Rejected | None) -> int:
    """The place of a mistake, counted from 0; -1 if there is none. The position reads "column 12"."""
    digits = "".join(char for char in problem.position if char.isdigit()) if problem else ""
    return int(digits) - 1 if digits else -1


def _names(desk: Desk) -> dict[str, str]:
    with desk.centre.state.read() as conn:
        return {agency.id: agency.name(language()) for agency in register.agencies(conn)}


def _ranges() -> list[tuple[str, str]]:
    return [
        ("15m", _("last 15 minutes")),
        ("1h", _("last hour")),
        ("24h", _("last 24 hours")),
        ("7d", _("last 7 days")),
        ("30d", _("last 30 days")),
        ("all", _("all that is kept")),
    ]


ROUTES = [search, search_more, search_top, search_export]
