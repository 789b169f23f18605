"""SQL for experts: one SELECT over what the person may see, in the page's span of time."""

import csv
import io

import msgspec
from litestar import MediaType, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from keng.i18n import _
from keng.model.rejected import Rejected
from keng.store.base import Table
from keng.store.errors import StatementError, StoreError
from keng.store.fields import VIEW
from keng.store.sql import SqlQuery, parse_sql
from keng.web import personal
from keng.web.asking import Asked, asked, note, ranges, span_of
from keng.web.csv_export import safe_cell
from keng.web.desk import AtDesk, Desk
from keng.web.reason import kinds, reason_of
from keng.web.threads import in_thread
from keng.web.turns import in_turn, tag_of

EXAMPLES = (
    "SELECT user, count() AS n, uniq(host) AS hosts\nFROM events\nWHERE code = '4625'\nGROUP BY user\nORDER BY n DESC\nLIMIT 20",
    "SELECT toStartOfHour(time) AS hour, agency, count() AS n\nFROM events\nGROUP BY hour, agency\nORDER BY hour, agency",
    "SELECT domain, uniq(src_ip) AS clients, min(time) AS first\nFROM events\nWHERE domain != ''\nGROUP BY domain\nHAVING clients = 1\nORDER BY first DESC\nLIMIT 50",
    "SELECT time, host, fields['ScriptBlockText'] AS script\nFROM events\nWHERE fields['ScriptBlockText'] ILIKE '%downloadstring%'\nORDER BY time DESC",
)


@get("/sql")
@in_thread
def sql(desk: AtDesk) -> Response[str]:
    """The page; the answer follows as a part of it."""
    one = asked(desk)
    query = parse_sql(one.text) if one.text else None
    return desk.page(
        "sql.html",
        asked=one,
        problem=query if isinstance(query, Rejected) else None,
        reason=reason_of(desk),
        kinds=kinds(),
        ranges=ranges(),
        examples=EXAMPLES,
        view=VIEW,
    )


@get("/sql/answer")
@in_turn
def sql_answer(desk: AtDesk) -> Response[str]:
    """The rows."""
    one = asked(desk)
    table, trouble = Table(), ""
    query = parse_sql(one.text)
    if not _may_run(desk):
        trouble = _("SQL shows names of people, which are not shown to your role. The search is yours.")
    elif isinstance(query, SqlQuery) and reason_of(desk):
        note(desk, "events.sql", {"query": one.text, "range": one.range}, one.run)
        table, trouble = _run(desk, one, query)
    return desk.page("parts/sql_answer.html", asked=one, table=table, trouble=trouble)


@get("/sql/export/{form:str}")
@in_turn
def sql_export(desk: AtDesk, form: FromPath[str]) -> Response[bytes]:
    """The same rows (10,000 at most) as CSV without formulas, or as JSON lines."""
    one = asked(desk)
    query = parse_sql(one.text)
    if (
        form not in ("csv", "jsonl")
        or isinstance(query, Rejected)
        or not reason_of(desk)
        or not _may_run(desk)
    ):
        raise NotFoundException()
    note(
        desk,
        "events.export",
        {"query": one.text, "range": one.range, "format": form},
        f"{one.run}{desk.now_us}",
    )
    table, trouble = _run(desk, one, query)
    if trouble:
        return Response(trouble.encode(), media_type=MediaType.TEXT, status_code=503)
    return Response(
        _csv(table) if form == "csv" else _lines(table),
        media_type="text/csv; charset=utf-8" if form == "csv" else "application/x-ndjson",
        headers={"Content-Disposition": f'attachment; filename="answer.{form}"'},
    )


def _may_run(desk: Desk) -> bool:
    """A statement could tell names in a thousand ways, so it is for those who see them."""
    return personal.sees(desk)


def _run(desk: Desk, one: Asked, query: SqlQuery) -> tuple[Table, str]:
    from_us, to_us = span_of(one)
    try:
        return desk.centre.store.sql(query, desk.agencies, from_us, to_us, tag_of(desk)), ""
    except StatementError as error:
        return Table(), _("The event store cannot run this: {reason}", reason=error)
    except StoreError as error:
        return Table(), str(error)


def _csv(table: Table) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows(
        [[safe_cell("" if cell is None else cell) for cell in row] for row in (table.columns, *table.rows)]
    )
    return out.getvalue().encode("utf-8-sig", "replace")


def _lines(table: Table) -> bytes:
    rows = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
    return b"".join([msgspec.json.encode(row) + b"\n" for row in rows])


ROUTES = [sql, sql_answer, sql_export]
