"""What was found, as a file: one statement, streamed piece by piece, limited, and written into the audit log."""

from collections.abc import Iterator
from typing import Any

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Stream

from keng.i18n import _
from keng.model.rejected import Rejected
from keng.store.base import StoredEvent
from keng.store.errors import StoreError
from keng.store.query import SearchQuery
from keng.web.asking import asked, note, query_of
from keng.web.desk import AtDesk, Desk
from keng.web.export import FORMATS, as_csv, as_json_lines, as_parquet
from keng.web.personal import shown
from keng.web.reason import reason_of
from keng.web.turns import TooManyError, in_turn, tag_of, turns_of

MAX_EXPORT = 1_000_000
_WRITERS = {"csv": as_csv, "jsonl": as_json_lines, "parquet": as_parquet}


@get("/search/export/{form:str}")
@in_turn
def export(desk: AtDesk, form: FromPath[str]) -> Response[Any]:
    """The newest million found events. The first piece is found before the answer begins, so that errors can be told."""
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
    except (StoreError, TooManyError) as error:
        return desk.go(f"/search?{one.query()}", str(error), bad=True)
    return Stream(
        _WRITERS[form](_chained(first, pages)),
        media_type=FORMATS[form],
        headers={"Content-Disposition": f'attachment; filename="events.{form}"'},
    )


def _pages(desk: Desk, query: SearchQuery) -> Iterator[tuple[StoredEvent, ...]]:
    with turns_of(desk).export(desk.user.id):
        for events in desk.centre.store.export(query, desk.agencies, MAX_EXPORT, tag_of(desk)):
            yield shown(desk, events)


def _chained(
    first: tuple[StoredEvent, ...], rest: Iterator[tuple[StoredEvent, ...]]
) -> Iterator[tuple[StoredEvent, ...]]:
    yield first
    yield from rest


ROUTES = [export]
