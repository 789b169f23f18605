"""The alert queue: filters, live rows, work on many alerts at once."""

import contextlib
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect
from sqlalchemy import Connection

from keng.i18n import _, language
from keng.model.alert import AlertChange, AlertStatus, Disposition
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.state import alerts as alert_state
from keng.state import incidents as incident_state
from keng.state import register, users
from keng.web import times, words
from keng.web.csv_export import to_csv
from keng.web.desk import AtDesk, Desk
from keng.web.personal import shown_alerts
from keng.web.threads import in_thread

PAGE = 50
MAX_EXPORT = 10_000
OPEN = (AlertStatus.NEW, AlertStatus.IN_PROGRESS)
VIEWS = ("open", "new", "mine", "closed", "all")


class QueueFilter(msgspec.Struct, frozen=True):
    """What the address asks for; unknown values are as if they were not there."""

    view: str = "open"
    severity: str = ""
    agency: str = ""
    text: str = ""
    newest: bool = False
    later: bool = False
    page: int = 1

    def query(self, **changes: object) -> str:
        """The address of the queue with this filter, changed."""
        new = msgspec.structs.asdict(self) | changes
        shown = {k: ("1" if v is True else v) for k, v in new.items() if v and (k, v) not in _DEFAULTS}
        return urlencode(shown)


_DEFAULTS = frozenset({("view", "open"), ("page", 1)})


@get("/alerts")
@in_thread
def queue(desk: AtDesk) -> Response[str]:
    """The page."""
    return desk.page("alerts.html", **_queue(desk))


@get("/alerts/rows")
@in_thread
def queue_rows(desk: AtDesk) -> Response[str]:
    """The rows alone, loaded anew when something changed."""
    return desk.page("parts/alert_rows.html", **_queue(desk))


@get("/alerts/export.csv")
@in_thread
def export(desk: AtDesk) -> Response[bytes]:
    """The filtered queue as CSV, at most 10,000 rows."""
    with desk.centre.state.read() as conn:
        found = alert_state.alerts(conn, _wanted(desk, _asked(desk)), desk.agencies, limit=MAX_EXPORT)
    header = (
        "id",
        "first",
        "last",
        "severity",
        "priority",
        "title",
        "rule",
        "agency",
        "host",
        "count",
        "status",
    )
    rows = (
        (
            a.id,
            times.iso(a.first_us),
            times.iso(a.last_us),
            a.severity.level,
            a.priority,
            a.title(language()),
            a.rule.id,
            a.agency,
            a.host,
            a.count,
            a.status.value,
        )
        for a in found
    )
    return Response(
        to_csv(header, rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="alerts.csv"'},
    )


@post("/alerts/bulk")
@in_thread
def bulk(desk: AtDesk) -> Redirect:
    """Take, close, or make an incident of the chosen alerts."""
    back = "/alerts?" + desk.text("back", 2_000)
    chosen = desk.numbers("alert")
    if not chosen:
        return desk.go(back, _("Choose at least one alert first."), bad=True)
    action = desk.text("action", 20)
    if action == "incident":
        return _make_incident(desk, chosen, back)
    if action == "add":
        return _add_to_incident(desk, chosen, back)
    done, problem = 0, None
    with desk.centre.state.write() as conn:
        changes: list[AlertChange] = []
        for alert_id in chosen:
            result = _act(conn, desk, action, alert_id)
            if isinstance(result, Rejected):
                problem = result
            else:
                changes.append(result)
                done += 1
    desk.centre.changes.publish(changes)
    if problem is not None and not done:
        return desk.refuse(back, problem)
    return desk.go(back, _("{count} alerts changed.", count=done))


def _act(conn: Connection, desk: Desk, action: str, alert_id: int) -> AlertChange | Rejected:
    match action:
        case "assign":
            return alert_state.assign(conn, alert_id, desk.user.name, desk.actor, desk.now_us)
        case "close":
            disposition = read_disposition(desk.text("disposition", 20))
            if isinstance(disposition, Rejected):
                return disposition
            return alert_state.close(
                conn, alert_id, disposition, desk.text("reason", 4_000), desk.actor, desk.now_us
            )
        case _:
            return Rejected(_("choose what to do with the alerts"))


def read_disposition(text: str) -> Disposition | Rejected:
    """The form's choice."""
    try:
        return Disposition(text)
    except ValueError:
        return Rejected(_("choose what the alert turned out to be"))


def _make_incident(desk: Desk, chosen: list[int], back: str) -> Redirect:
    with desk.centre.state.write() as conn:
        proposal = incident_state.propose_incident(conn, chosen, language())
        if isinstance(proposal, Rejected):
            return desk.refuse(back, proposal)
        made = incident_state.create_incident(conn, chosen, proposal, desk.actor, desk.now_us)
    if isinstance(made, Rejected):
        return desk.refuse(back, made)
    _tell(desk, chosen)
    return desk.go(f"/incidents/{made.id}", _("Incident {number} was opened.", number=made.number))


def _add_to_incident(desk: Desk, chosen: list[int], back: str) -> Redirect:
    with desk.centre.state.write() as conn:
        target = (desk.numbers("incident") or [0])[0]
        made = incident_state.add_alerts(conn, target, chosen, desk.actor, desk.now_us)
    if isinstance(made, Rejected):
        return desk.refuse(back, made)
    _tell(desk, chosen)
    return desk.go(f"/incidents/{made.id}", _("{count} alerts were added.", count=len(chosen)))


def _tell(desk: Desk, alert_ids: list[int]) -> None:
    with desk.centre.state.read() as conn:
        found = [alert_state.alert(conn, alert_id, None) for alert_id in alert_ids]
    desk.centre.changes.publish([AlertChange("incident", alert) for alert in found if alert is not None])


def _asked(desk: Desk) -> QueueFilter:
    view = desk.asked("view", 10)
    severity = desk.asked("severity", 20)
    return QueueFilter(
        view=view if view in VIEWS else "open",
        severity=severity if severity.upper() in Severity.__members__ else "",
        agency=desk.asked("agency", 64),
        text=desk.asked("text", 200),
        newest=desk.asked("newest", 1) == "1",
        later=desk.asked("later", 1) == "1",
        page=max(1, min(desk.asked_number("page", 1), 10_000)),
    )


def _wanted(desk: Desk, asked: QueueFilter) -> alert_state.AlertFilter:
    statuses = {
        "open": OPEN,
        "new": (AlertStatus.NEW,),
        "mine": OPEN,
        "closed": (AlertStatus.CLOSED,),
        "all": (),
    }
    severity = Severity.INFORMATIONAL
    with contextlib.suppress(KeyError):
        severity = Severity.from_level(asked.severity)
    return alert_state.AlertFilter(
        statuses=statuses[asked.view],
        severity=severity,
        agency=asked.agency,
        assignee=desk.user.name if asked.view == "mine" else "",
        text=asked.text,
        found_later=asked.later,
    )


def _queue(desk: Desk) -> dict[str, Any]:
    asked = _asked(desk)
    wanted = _wanted(desk, asked)
    with desk.centre.state.read() as conn:
        found = alert_state.alerts(
            conn,
            wanted,
            desk.agencies,
            limit=PAGE,
            offset=(asked.page - 1) * PAGE,
            newest_first=asked.newest or asked.view in ("closed", "all"),
        )
        total = alert_state.count_alerts(conn, wanted, desk.agencies)
        agencies = register.agencies(conn)
        systems = register.systems(conn, desk.agencies)
        people = {user.name: user.display_name for user in users.users(conn)}
        incidents = incident_state.incidents(conn, open_only=True, limit=50)
    return {
        "asked": asked,
        "alerts": shown_alerts(desk, found),
        "total": total,
        "pages": max(1, -(-total // PAGE)),
        "agencies": agencies,
        "names": {agency.id: agency.name(language()) for agency in agencies},
        "systems": {system.id: system.name(language()) for system in systems},
        "people": people,
        "incidents": incidents,
        "dispositions": [(one.value, words.disposition(one)) for one in Disposition],
        "severities": list(reversed(Severity)),
    }


ROUTES = [queue, queue_rows, export, bulk]
