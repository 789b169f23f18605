"""One alert: why it matched, the event, what else that host did, what to do."""

import msgspec
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from keng.i18n import _, language
from keng.model.alert import Alert, AlertChange, Disposition, Sample
from keng.model.rejected import Rejected
from keng.state import alerts as alert_state
from keng.state import audit, incidents, register, users
from keng.store.base import StoredEvent
from keng.store.errors import StoreError
from keng.web import words
from keng.web.deeds import deed
from keng.web.desk import AtDesk, Desk
from keng.web.pages.alerts import read_disposition
from keng.web.personal import shown, shown_alerts
from keng.web.threads import in_thread

ACTIVITY_US = 10 * 60 * 1_000_000
MAX_ACTIVITY = 60
MAX_PARTS = 12
MAX_OTHERS = 8


class Finding(msgspec.Struct, frozen=True):
    """What the store adds to an alert. trouble: why the store could not answer, "" if it could."""

    event: StoredEvent | None = None
    parts: tuple[StoredEvent, ...] = ()
    activity: tuple[StoredEvent, ...] = ()
    trouble: str = ""


@get("/alerts/{alert_id:int}")
@in_thread
def alert_page(desk: AtDesk, alert_id: FromPath[int]) -> Response[str]:
    """The page; `?sample=n` shows another of the events behind the alert."""
    with desk.centre.state.read() as conn:
        found = must_see(conn, desk, alert_id)
        agency = register.agency(conn, found.agency)
        system = register.system(conn, found.system, desk.agencies) if found.system else None
        source = register.source(conn, found.source, desk.agencies) if found.source else None
        incident = incidents.incident(conn, found.incident) if found.incident else None
        people = [user for user in users.users(conn) if not user.disabled and not user.agency]
        history = audit.entries(conn, target=f"alert:{alert_id}", limit=20)
        beside = others(conn, desk, found)
    (found,) = shown_alerts(desk, (found,))
    number = min(desk.asked_number("sample"), max(0, len(found.samples) - 1))
    sample = found.samples[number] if found.samples else None
    return desk.page(
        "alert.html",
        alert=found,
        agency=agency.name(language()) if agency else found.agency,
        system=system,
        source=source,
        incident=incident,
        people=people,
        names={user.name: user.display_name for user in people},
        history=history,
        deed=deed,
        others=shown_alerts(desk, beside),
        sample=sample,
        number=number,
        finding=look_up(desk, found, sample),
        advice=advice(found),
        dispositions=[(one.value, words.disposition(one)) for one in Disposition],
    )


@post("/alerts/{alert_id:int}/assign")
@in_thread
def assign(desk: AtDesk, alert_id: FromPath[int]) -> Redirect:
    """Give it to somebody, or back to the queue."""
    to = desk.text("assignee", 64)
    with desk.centre.state.write() as conn:
        must_see(conn, desk, alert_id)
        known = users.user_by_name(conn, to) if to else None
        if to and (known is None or known.agency or known.disabled):
            result: AlertChange | Rejected = Rejected(_("there is no such account in the centre"), to)
        else:
            result = alert_state.assign(conn, alert_id, to, desk.actor, desk.now_us)
    return _done(desk, alert_id, result)


@post("/alerts/{alert_id:int}/close")
@in_thread
def close(desk: AtDesk, alert_id: FromPath[int]) -> Redirect:
    """Close it with what it was and why."""
    disposition = read_disposition(desk.text("disposition", 20))
    if isinstance(disposition, Rejected):
        return _done(desk, alert_id, disposition)
    with desk.centre.state.write() as conn:
        must_see(conn, desk, alert_id)
        result = alert_state.close(
            conn, alert_id, disposition, desk.text("reason", 4_000), desk.actor, desk.now_us
        )
    return _done(desk, alert_id, result)


@post("/alerts/{alert_id:int}/reopen")
@in_thread
def reopen(desk: AtDesk, alert_id: FromPath[int]) -> Redirect:
    """Put it back to work."""
    with desk.centre.state.write() as conn:
        must_see(conn, desk, alert_id)
        result = alert_state.reopen(conn, alert_id, desk.text("reason", 4_000), desk.actor, desk.now_us)
    return _done(desk, alert_id, result)


def must_see(conn: Connection, desk: Desk, alert_id: int) -> Alert:
    """The alert, if there is one that this person may see; else 404, which does not tell which it is."""
    found = alert_state.alert(conn, alert_id, desk.agencies)
    if found is None:
        raise NotFoundException()
    return found


def others(conn: Connection, desk: Desk, found: Alert) -> list[Alert]:
    """Other alerts of the same host at the same agency, the newest first: one is seldom all that happened."""
    if not found.host:
        return []
    wanted = alert_state.AlertFilter(agency=found.agency, host=found.host)
    same = alert_state.alerts(conn, wanted, desk.agencies, limit=MAX_OTHERS + 1, newest_first=True)
    return [one for one in same if one.id != found.id][:MAX_OTHERS]


def look_up(desk: Desk, found: Alert, sample: Sample | None) -> Finding:
    """The event behind the sample, the others that took part, and what the host did around it."""
    store = desk.centre.store
    try:
        event = store.get(sample.event_id, desk.agencies) if sample else None
        others = [one for one in (sample.event_ids if sample else ()) if sample and one != sample.event_id]
        parts = tuple(one for i in others[-MAX_PARTS:] if (one := store.get(i, desk.agencies)) is not None)
        host = event.host if event else found.host
        around_us = event.time_us if event else found.last_us
        agencies = frozenset((found.agency,)) if desk.agencies is None else desk.agencies
        activity = store.host_activity(host, around_us, ACTIVITY_US, agencies, MAX_ACTIVITY) if host else ()
    except StoreError as error:
        return Finding(trouble=str(error))
    own = shown(desk, (event,))[0] if event else None
    return Finding(own, shown(desk, parts), shown(desk, activity))


def advice(found: Alert) -> list[str]:
    """The rule's advice in the person's language, one step a line."""
    lines = found.text(language(), "advice").splitlines()
    return [line.lstrip("-*• ").strip() for line in lines if line.strip()]


def _done(desk: Desk, alert_id: int, result: AlertChange | Rejected) -> Redirect:
    path = f"/alerts/{alert_id}"
    if isinstance(result, Rejected):
        return desk.refuse(path, result)
    desk.centre.changes.publish([result])
    return desk.go(path, _("Done."))


ROUTES = [alert_page, assign, close, reopen]
