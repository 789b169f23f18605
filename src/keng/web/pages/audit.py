"""The audit log, and whether its chain holds."""

import msgspec
from litestar import Response, get

from keng.state import audit
from keng.web import times
from keng.web.csv_export import to_csv
from keng.web.deeds import deed
from keng.web.desk import AtDesk
from keng.web.threads import in_thread

PAGE = 100
MAX_EXPORT = 50_000


@get("/audit")
@in_thread
def audit_page(desk: AtDesk) -> Response[str]:
    """Newest first; `?check=1` walks the whole chain."""
    before = desk.asked_number("before") or None
    actor, target = desk.asked("actor", 64), desk.asked("target", 128)
    with desk.centre.state.read() as conn:
        entries = audit.entries(conn, before, PAGE + 1, target, actor)
        checked = desk.asked("check", 1) == "1"
        problem = audit.verify(conn) if checked else None
        end = audit.checkpoint(conn)
    return desk.page(
        "audit.html",
        deed=deed,
        entries=[(entry, _details(entry.details)) for entry in entries[:PAGE]],
        more=len(entries) > PAGE,
        actor=actor,
        target=target,
        checked=checked,
        problem=problem,
        end=end,
    )


@get("/audit/export.csv")
@in_thread
def audit_export(desk: AtDesk) -> Response[bytes]:
    """The newest 50,000 rows, hashes included."""
    with desk.centre.state.read() as conn:
        entries = audit.entries(conn, None, MAX_EXPORT)
    header = ("seq", "time", "actor", "address", "action", "object", "details", "previous", "hash")
    rows = (
        (e.seq, times.iso(e.at_us), e.actor, e.address, e.action, e.object, e.details, e.previous, e.hash)
        for e in entries
    )
    return Response(
        to_csv(header, rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
    )


def _details(text: str) -> dict[str, str]:
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except msgspec.DecodeError:
        return {"": text}


ROUTES = [audit_page, audit_export]
