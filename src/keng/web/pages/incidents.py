"""Incidents: the list, and one with its timeline, clocks, alerts and agencies."""

import contextlib
from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from keng.i18n import _, language
from keng.incidents import taxonomy
from keng.incidents.clocks import next_deadline
from keng.incidents.timeline import describe
from keng.incidents.workflow import next_statuses
from keng.model.incident import Incident, IncidentGroup, IncidentStatus
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.state import bulletins as bulletin_state
from keng.state import incidents as state
from keng.state import register, users
from keng.state.timeline import timeline
from keng.web import times
from keng.web.desk import AtDesk, Desk
from keng.web.law import law_of
from keng.web.threads import in_thread

PAGE = 100
FLAGS = ("serious", "national_security", "disruption", "personal_data")


@get("/incidents")
@in_thread
def incident_list(desk: AtDesk) -> Response[str]:
    """Open ones first asked for; `?all=1` shows the closed ones too."""
    everything = desk.asked("all", 1) == "1"
    law = law_of(desk.profile.pack)
    with desk.centre.state.read() as conn:
        found = state.incidents(conn, open_only=not everything, limit=PAGE)
        rows = [(one, next_deadline(state.incident_clocks(conn, one, law))) for one in found]
        names = {agency.id: agency.name(language()) for agency in register.agencies(conn)}
        people = {user.name: user.display_name for user in users.users(conn)}
    return desk.page("incidents.html", rows=rows, names=names, people=people, everything=everything)


@post("/incidents")
@in_thread
def incident_new(desk: AtDesk) -> Redirect:
    """From alerts that a form names."""
    chosen = desk.numbers("alert")
    with desk.centre.state.write() as conn:
        proposal = state.propose_incident(conn, chosen, language())
        if isinstance(proposal, Rejected):
            return desk.refuse("/alerts", proposal)
        made = state.create_incident(conn, chosen, proposal, desk.actor, desk.now_us)
    if isinstance(made, Rejected):
        return desk.refuse("/alerts", made)
    return desk.go(f"/incidents/{made.id}", _("Incident {number} was opened.", number=made.number))


@get("/incidents/{incident_id:int}")
@in_thread
def incident_page(desk: AtDesk, incident_id: FromPath[int]) -> Response[str]:
    """One incident."""
    law = law_of(desk.profile.pack)
    with desk.centre.state.read() as conn:
        found = _must(conn, incident_id)
        agencies = register.agencies(conn)
        people = [user for user in users.users(conn) if not user.agency]
        shown: dict[str, Any] = {
            "incident": found,
            "alerts": state.alerts_of(conn, incident_id),
            "entries": [(entry, describe(entry)) for entry in reversed(timeline(conn, incident_id))],
            "clocks": state.incident_clocks(conn, found, law),
            "bulletins": bulletin_state.bulletins(conn, incident=incident_id),
        }
    return desk.page(
        "incident.html",
        agencies=agencies,
        names={agency.id: agency.name(language()) for agency in agencies},
        people=people,
        display={user.name: user.display_name for user in people},
        next_statuses=next_statuses(found.status),
        stages=list(IncidentStatus),
        groups=list(IncidentGroup),
        severities=list(reversed(Severity)),
        rsit=taxonomy.RSIT,
        local_time=lambda us: (
            times.moment(us, desk.profile.timezone).strftime("%Y-%m-%dT%H:%M") if us else ""
        ),
        **shown,
    )


@post("/incidents/{incident_id:int}/facts")
@in_thread
def incident_facts(desk: AtDesk, incident_id: FromPath[int]) -> Redirect:
    """Title, summary, group, severity, owner, flags, agencies."""
    edit = _edit(desk)
    if isinstance(edit, Rejected):
        return desk.refuse(f"/incidents/{incident_id}", edit)
    with desk.centre.state.write() as conn:
        _must(conn, incident_id)
        result = state.edit_incident(conn, incident_id, edit, desk.actor, desk.now_us)
    return _done(desk, incident_id, result, _("Saved."))


@post("/incidents/{incident_id:int}/note")
@in_thread
def incident_note(desk: AtDesk, incident_id: FromPath[int]) -> Redirect:
    """An entry of the timeline."""
    kind = "action" if desk.text("kind", 10) == "action" else "note"
    at_us = _read_time(desk, "at")
    with desk.centre.state.write() as conn:
        _must(conn, incident_id)
        result = state.add_note(conn, incident_id, kind, desk.text("text"), desk.actor, desk.now_us, at_us)
    return _done(desk, incident_id, result, _("Noted in the timeline."))


@post("/incidents/{incident_id:int}/status")
@in_thread
def incident_status(desk: AtDesk, incident_id: FromPath[int]) -> Redirect:
    """Move to another stage."""
    try:
        to = IncidentStatus(desk.text("status", 20))
    except ValueError:
        return desk.refuse(f"/incidents/{incident_id}", Rejected(_("choose a stage")))
    with desk.centre.state.write() as conn:
        _must(conn, incident_id)
        result = state.move_incident(
            conn, incident_id, to, desk.text("reason", 4_000), desk.actor, desk.now_us
        )
    return _done(desk, incident_id, result, _("Status: {status}", status=taxonomy.status_name(to)))


@post("/incidents/{incident_id:int}/clocks/{clock_id:str}")
@in_thread
def incident_clock(desk: AtDesk, incident_id: FromPath[int], clock_id: FromPath[str]) -> Redirect:
    """A report was sent: its clock stops."""
    known = {rule.id for rule in law_of(desk.profile.pack).clocks}
    if clock_id not in known:
        raise NotFoundException()
    with desk.centre.state.write() as conn:
        _must(conn, incident_id)
        proof = desk.text("proof", 1_000)
        result = state.report_sent(conn, incident_id, clock_id, proof, desk.actor, desk.now_us)
    return _done(desk, incident_id, result, _("The report is noted as sent."))


@post("/incidents/{incident_id:int}/warning")
@in_thread
def incident_warning(desk: AtDesk, incident_id: FromPath[int]) -> Redirect:
    """Draft a warning from the incident."""
    with desk.centre.state.write() as conn:
        _must(conn, incident_id)
        replaces = (desk.numbers("replaces") or [0])[0]
        made = bulletin_state.draft_bulletin(conn, incident_id, desk.actor, desk.now_us, replaces=replaces)
    if isinstance(made, Rejected):
        return desk.refuse(f"/incidents/{incident_id}", made)
    return desk.go(
        f"/warnings/{made.id}",
        _("A draft was written from the incident. Read it, change it, let it be approved."),
    )


def _must(conn: Connection, incident_id: int) -> Incident:
    found = state.incident(conn, incident_id)
    if found is None:
        raise NotFoundException()
    return found


def _done(desk: Desk, incident_id: int, result: object, notice: str) -> Redirect:
    path = f"/incidents/{incident_id}"
    return desk.refuse(path, result) if isinstance(result, Rejected) else desk.go(path, notice)


def _edit(desk: Desk) -> state.IncidentEdit | Rejected:
    try:
        group = IncidentGroup(desk.text("group", 4))
        severity = Severity.from_level(desk.text("severity", 20))
    except (ValueError, KeyError):
        return Rejected(_("choose a group and a severity"))
    rsit = desk.text("rsit", 64)
    records = desk.text("personal_records", 12)
    flags = {flag: bool(desk.text(flag, 2)) for flag in FLAGS}
    occurred_us = _read_time(desk, "occurred")
    return state.IncidentEdit(
        title=desk.text("title", state.MAX_TITLE),
        summary=desk.text("summary"),
        group=group,
        severity=severity,
        rsit=rsit if rsit in taxonomy.RSIT else "",
        owner=desk.text("owner", 64),
        t0_us=_read_time(desk, "t0") or None,
        occurred_us=occurred_us,
        personal_records=int(records) if records.isascii() and records.isdigit() else 0,
        agencies=tuple(sorted(desk.many("agency"))),
        **flags,
    )


def _read_time(desk: Desk, name: str) -> int:
    """A `datetime-local` field in the centre's zone; 0 if it is empty or no time."""
    with contextlib.suppress(ValueError, OverflowError):
        at = datetime.fromisoformat(desk.text(name, 32))
        zoned = at if at.tzinfo else at.replace(tzinfo=times.zone(desk.profile.timezone))
        return max(0, int(zoned.timestamp() * 1_000_000))
    return 0


ROUTES = [
    incident_list,
    incident_new,
    incident_page,
    incident_facts,
    incident_note,
    incident_status,
    incident_clock,
    incident_warning,
]
