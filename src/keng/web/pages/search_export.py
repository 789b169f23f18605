"""What was found, as a file: streamed page by page, limited, and written into the audit log."""

from collections.abc import Iterator
from typing import Any

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Stream

from keng.i18n import _
from keng.model.rejected import Rejected
from keng.store.base import MAX_PAGE, StoredEvent
from keng.store.errors import StoreError
from keng.store.query import SearchQuery
from keng.web.asking import asked, note, query_of
from keng.web.desk import AtDesk, Desk
from keng.web.export import FORMATS, as_csv, as_json_lines, as_parquet
from keng.web.personal import shown
from keng.web.reason import reason_of
from keng.web.turns import in_turn, tag_of

MAX_EXPORT = 100_000
_WRITERS = {"csv": as_csv, "jsonl": as_json_lines, "parquet": as_parquet}


@get("/search/export/{form:str}")
@in_turn
def export(desk: AtDesk, form: FromPath[str]) -> Response[Any]:
    """The newest 100,000 found events. The first page is found before the answer begins, so that errors can be told."""
    if form not in _WRITERS:
        raise NotFoundException()
    one = asked(desk)
    query = query_of(desk, one)
    if isinstance(query, Rejected) or not reason_of(desk):
        return desk.go(f"/search?{one.query()}", _("Say why you search, then export."), bad=True)
    note(
        desk,
        "events.export",
        {"query": one.text, "range": one.range, "format": form},
        f"{one.run}{desk.now_us}",
    )
    try:
        pages = _pages(desk, query)
        first = next(pages, ())
    except StoreError as error:
        return desk.go(f"/search?{one.query()}", str(error), bad=True)
    return Stream(
        _WRITERS[form](_chained(first, pages)),
        media_type=FORMATS[form],
        headers={"Content-Disposition": f'attachment; filename="events.{form}"'},
    )


def _pages(desk: Desk, query: SearchQuery) -> Iterator[tuple[StoredEvent, ...]]:
    cursor, left = "", MAX_EXPORT
    store, agencies, tag = desk.centre.store, desk.agencies, tag_of(desk)
    while left > 0:
        page = store.search(query, agencies, cursor, min(MAX_PAGE, left), tag)
        yield shown(desk, page.events)
        left -= len(page.events)
        cursor = page.next
        if not cursor:
            return


def _chained(
    first: tuple[StoredEvent, ...], rest: Iterator[tuple[StoredEvent, ...]]
) -> Iterator[tuple[StoredEvent, ...]]:
    yield first
    yield from rest


ROUTES = [export]
