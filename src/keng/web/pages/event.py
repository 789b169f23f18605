"""One event: its fields, its raw text, what its host did around it."""

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from keng.i18n import language
from keng.state import register
from keng.store.errors import StoreError
from keng.web.desk import AtDesk
from keng.web.personal import shown
from keng.web.threads import in_thread

ACTIVITY_US = 10 * 60 * 1_000_000
MAX_ACTIVITY = 60


@get("/events/{event_id:str}")
@in_thread
def event_page(desk: AtDesk, event_id: FromPath[str]) -> Response[str]:
    """The page."""
    store = desk.centre.store
    try:
        event = store.get(event_id[:64], desk.agencies)
        if event is None:
            raise NotFoundException()
        event = shown(desk, (event,))[0]
        agencies = frozenset((event.agency,)) if desk.agencies is None else desk.agencies
        activity = (
            store.host_activity(event.host, event.time_us, ACTIVITY_US, agencies, MAX_ACTIVITY)
            if event.host
            else ()
        )
        activity = shown(desk, activity)
    except StoreError as error:
        return desk.page("event.html", event=None, activity=(), trouble=str(error), agency="", source=None)
    with desk.centre.state.read() as conn:
        agency = register.agency(conn, event.agency)
        source = register.source(conn, event.source, desk.agencies)
    return desk.page(
        "event.html",
        event=event,
        activity=activity,
        trouble="",
        agency=agency.name(language()) if agency else event.agency,
        source=source,
    )


ROUTES = [event_page]
