"""Health: every source, what was refused, how fast it goes, what was dropped for privacy."""

from litestar import Response, get

from keng.i18n import language
from keng.normalise.dropped import dropped
from keng.normalise.privacy import REMOVED
from keng.state import register
from keng.state.quarantine import count_quarantined, quarantined
from keng.store.errors import StoreError
from keng.store.query import SearchQuery
from keng.web.desk import AtDesk
from keng.web.pulse import AtPulse
from keng.web.source_rows import by_agency, source_rows
from keng.web.threads import in_thread

SHOWN = 50
WEEK_US = 7 * 86_400_000_000


@get("/health")
@in_thread
def health(desk: AtDesk, pulse: AtPulse) -> Response[str]:
    """The page."""
    with desk.centre.state.read() as conn:
        names = {agency.id: agency.name(language()) for agency in register.agencies(conn)}
        rows = source_rows(conn, names, pulse, desk.now_us, None)
        refused = quarantined(conn, None, desk.asked("source", 64), SHOWN)
        kept = count_quarantined(conn)
    try:
        size, trouble = desk.centre.store.size_bytes(), ""
        removed = desk.centre.store.top_values(
            SearchQuery(from_us=desk.now_us - WEEK_US), REMOVED, desk.agencies, 10
        )
    except StoreError as error:
        size, trouble, removed = 0, str(error), ()
    rates, stats = pulse.of_all(), desk.centre.stats
    return desk.page(
        "health.html",
        sources=rows,
        agencies=by_agency(rows, stats.latency_by_agency),
        names={row.entry.id: row.entry.name for row in rows},
        stats=stats,
        refused=refused,
        kept=kept,
        size=size,
        trouble=trouble,
        rates=rates,
        dropped=dropped(),
        removed=removed,
        removed_field=REMOVED,
    )


ROUTES = [health]
