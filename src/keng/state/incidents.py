"""Incidents: made from alerts, worked on by stages, with timeline and legal clocks. For people of the centre only."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, Row, delete, insert, select, update

from keng.i18n import _
from keng.incidents.clocks import SentReport, clocks
from keng.incidents.propose import Proposal, propose
from keng.incidents.workflow import move
from keng.model.alert import Alert
from keng.model.incident import Clock, Incident, IncidentGroup, IncidentStatus, Law
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.model.user import Actor
from keng.state import alerts as alert_state
from keng.state import audit
from keng.state.numbering import next_number
from keng.state.rows import to_struct, to_values
from keng.state.tables.alerts import alert as alert_table
from keng.state.tables.incidents import incident as table
from keng.state.tables.incidents import incident_agency as affected
from keng.state.tables.incidents import report
from keng.state.timeline import add_entry

PREFIX = "SC"
MAX_TITLE = 300
_ELSEWHERE = ("id", "agencies", "alerts")


class IncidentEdit(msgspec.Struct, frozen=True):
    """Changes to an incident; None leaves a field as it is. agencies: replaces the affected agencies."""

    title: str | None = None
    summary: str | None = None
    group: IncidentGroup | None = None
    severity: Severity | None = None
    rsit: str | None = None
    owner: str | None = None
    t0_us: int | None = None
    occurred_us: int | None = None
    serious: bool | None = None
    national_security: bool | None = None
    disruption: bool | None = None
    personal_data: bool | None = None
    personal_records: int | None = None
    agencies: tuple[str, ...] | None = None


def propose_incident(conn: Connection, alert_ids: Sequence[int], language: str) -> Proposal | Rejected:
    """What the form of a new incident starts with."""
    found = _alerts(conn, alert_ids)
    return found if isinstance(found, Rejected) else propose(found, language)


def create_incident(
    conn: Connection, alert_ids: Sequence[int], proposal: Proposal, by: Actor, now_us: int
) -> Incident | Rejected:
    """An incident from one or more alerts, owned by its maker. The alerts become part of it."""
    found = _alerts(conn, alert_ids)
    if isinstance(found, Rejected):
        return found
    if not proposal.title.strip():
        return Rejected(_("an incident needs a title"), "title")
    new = Incident(
        id=0,
        number=next_number(conn, PREFIX, now_us),
        title=proposal.title.strip()[:MAX_TITLE],
        group=proposal.group,
        severity=proposal.severity,
        t0_us=proposal.t0_us,
        occurred_us=proposal.occurred_us,
        owner=by.name,
        created_by=by.name,
        created_us=now_us,
        updated_us=now_us,
    )
    key = conn.execute(insert(table).values(**to_values(new, without=_ELSEWHERE))).inserted_primary_key
    if key is None:
        raise RuntimeError("the database gave no id for a new incident")
    incident_id = int(key[0])
    _affect(conn, incident_id, (*proposal.agencies, *(alert.agency for alert in found)))
    alert_state.put_into_incident(conn, alert_ids, incident_id, now_us)
    add_entry(conn, incident_id, "event", "opened", by, now_us, values={"count": str(len(found))})
    audit.record(conn, now_us, by, "incident.create", f"incident:{incident_id}", {"number": new.number})
    return _must(conn, incident_id)


def incident(conn: Connection, incident_id: int) -> Incident | None:
    """One incident with its agencies and alerts."""
    row = conn.execute(select(table).where(table.c.id == incident_id)).one_or_none()
    return _whole(conn, row) if row is not None else None


def incidents(
    conn: Connection, open_only: bool = False, owner: str = "", limit: int = 100, offset: int = 0
) -> list[Incident]:
    """Newest first."""
    query = select(table).order_by(table.c.id.desc()).limit(limit).offset(offset)
    if open_only:
        query = query.where(table.c.status != IncidentStatus.CLOSED)
    if owner:
        query = query.where(table.c.owner == owner)
    return [_whole(conn, row) for row in conn.execute(query).all()]


def add_alerts(
    conn: Connection, incident_id: int, alert_ids: Sequence[int], by: Actor, now_us: int
) -> Incident | Rejected:
    """Put more alerts, and with them their agencies, into an incident that is not closed."""
    old = incident(conn, incident_id)
    if old is None or old.status is IncidentStatus.CLOSED:
        return Rejected(_("there is no such open incident"), f"incident {incident_id}")
    found = _alerts(conn, alert_ids)
    if isinstance(found, Rejected):
        return found
    _affect(conn, incident_id, (alert.agency for alert in found))
    alert_state.put_into_incident(conn, alert_ids, incident_id, now_us)
    severity = max(old.severity, *(alert.severity for alert in found))
    conn.execute(update(table).where(table.c.id == incident_id).values(severity=severity, updated_us=now_us))
    add_entry(conn, incident_id, "event", "alerts", by, now_us, values={"count": str(len(found))})
    audit.record(
        conn, now_us, by, "incident.add_alerts", f"incident:{incident_id}", {"count": str(len(found))}
    )
    return _must(conn, incident_id)


def edit_incident(
    conn: Connection, incident_id: int, edit: IncidentEdit, by: Actor, now_us: int
) -> Incident | Rejected:
    """Change fields; what changed goes into timeline and audit log."""
    old = incident(conn, incident_id)
    if old is None:
        return Rejected(_("there is no such incident"), f"incident {incident_id}")
    if edit.title is not None and not edit.title.strip():
        return Rejected(_("an incident needs a title"), "title")
    given = {name: value for name, value in msgspec.structs.asdict(edit).items() if value is not None}
    changed = {name: value for name, value in given.items() if value != getattr(old, name)}
    if not changed:
        return old
    agencies = changed.pop("agencies", None)
    if agencies is not None:
        conn.execute(delete(affected).where(affected.c.incident == incident_id))
        _affect(conn, incident_id, agencies)
    conn.execute(update(table).where(table.c.id == incident_id).values(**changed, updated_us=now_us))
    names = ", ".join(sorted((*changed, *(("agencies",) if agencies is not None else ()))))
    if set(changed) == {"owner"} and agencies is None:
        add_entry(conn, incident_id, "event", "owner", by, now_us, values={"owner": str(changed["owner"])})
    else:
        add_entry(conn, incident_id, "event", "edited", by, now_us, values={"fields": names})
    details = {name: str(value) for name, value in changed.items()}
    audit.record(conn, now_us, by, "incident.edit", f"incident:{incident_id}", details | {"fields": names})
    return _must(conn, incident_id)


def move_incident(
    conn: Connection, incident_id: int, to: IncidentStatus, reason: str, by: Actor, now_us: int
) -> Incident | Rejected:
    """Move to another stage of response (`incidents/workflow.py`)."""
    old = incident(conn, incident_id)
    if old is None:
        return Rejected(_("there is no such incident"), f"incident {incident_id}")
    moved = move(old, to, reason, now_us)
    if isinstance(moved, Rejected):
        return moved
    conn.execute(
        update(table).where(table.c.id == incident_id).values(**to_values(moved, without=_ELSEWHERE))
    )
    values = {"status": to.value} | ({"reason": reason.strip()} if reason.strip() else {})
    add_entry(
        conn, incident_id, "event", "moved_why" if reason.strip() else "moved", by, now_us, values=values
    )
    audit.record(conn, now_us, by, "incident.move", f"incident:{incident_id}", values)
    return moved


def add_note(
    conn: Connection, incident_id: int, kind: str, text: str, by: Actor, now_us: int, at_us: int = 0
) -> Rejected | None:
    """A person's entry. kind: "note" or "action"; at_us: when it happened (0: now)."""
    if incident(conn, incident_id) is None:
        return Rejected(_("there is no such incident"), f"incident {incident_id}")
    if kind not in ("note", "action") or not text.strip():
        return Rejected(_("write what happened or what was done"), "text")
    add_entry(conn, incident_id, kind, text.strip(), by, now_us, at_us=at_us)
    audit.record(conn, now_us, by, "incident.note", f"incident:{incident_id}")
    return None


def incident_clocks(conn: Connection, found: Incident, law: Law) -> tuple[Clock, ...]:
    """The legal clocks of the incident, earliest deadline first."""
    rows = conn.execute(select(report).where(report.c.incident == found.id))
    sent = {row.clock: SentReport(row.sent_us, row.sent_by, row.proof) for row in rows}
    return clocks(found, law.clocks, sent)


def report_sent(
    conn: Connection, incident_id: int, clock: str, proof: str, by: Actor, now_us: int
) -> Rejected | None:
    """Stop a clock: the report was sent now; `proof`: letter number, mail id, whom it was handed to."""
    if incident(conn, incident_id) is None:
        return Rejected(_("there is no such incident"), f"incident {incident_id}")
    if not proof.strip():
        return Rejected(_("say how the report was sent: number of the letter, or who took it"), "proof")
    which = (report.c.incident == incident_id) & (report.c.clock == clock)
    if conn.execute(select(report.c.clock).where(which)).one_or_none() is not None:
        return Rejected(_("this report was noted as sent already"), clock)
    conn.execute(
        insert(report).values(
            incident=incident_id, clock=clock, sent_us=now_us, sent_by=by.name, proof=proof.strip()
        )
    )
    values = {"clock": clock, "proof": proof.strip()}
    add_entry(conn, incident_id, "event", "report", by, now_us, values=values)
    audit.record(conn, now_us, by, "incident.report", f"incident:{incident_id}", values)
    return None


def alerts_of(conn: Connection, incident_id: int) -> list[Alert]:
    """The incident's alerts in the order in which they began."""
    query = select(alert_table).where(alert_table.c.incident == incident_id)
    return [
        to_struct(row, Alert)
        for row in conn.execute(query.order_by(alert_table.c.first_us, alert_table.c.id))
    ]


def _alerts(conn: Connection, alert_ids: Sequence[int]) -> list[Alert] | Rejected:
    if not alert_ids:
        return Rejected(_("choose at least one alert"), "alerts")
    found = []
    for alert_id in dict.fromkeys(alert_ids):
        one = alert_state.alert(conn, alert_id, None)
        if one is None:
            return Rejected(_("there is no such alert"), f"alert {alert_id}")
        found.append(one)
    return found


def _affect(conn: Connection, incident_id: int, agencies: Iterable[str]) -> None:
    known = set(conn.scalars(select(affected.c.agency).where(affected.c.incident == incident_id)))
    for agency in sorted({*agencies} - known - {""}):
        conn.execute(insert(affected).values(incident=incident_id, agency=agency))


def _whole(conn: Connection, row: Row[tuple[object, ...]]) -> Incident:
    incident_id = row._mapping["id"]
    agencies = select(affected.c.agency).where(affected.c.incident == incident_id).order_by(affected.c.agency)
    ids = select(alert_table.c.id).where(alert_table.c.incident == incident_id).order_by(alert_table.c.id)
    return to_struct(row, Incident, agencies=conn.scalars(agencies).all(), alerts=conn.scalars(ids).all())


def _must(conn: Connection, incident_id: int) -> Incident:
    found = incident(conn, incident_id)
    if found is None:
        raise RuntimeError("the incident just written is not there")
    return found
