"""Alerts: recording what was detected, and the queue that people work through."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, or_, select, update

from keng.alerts.group import counted_key, find_alert, group_key, grow, new_alert
from keng.alerts.score import score
from keng.i18n import _
from keng.model.alert import Alert, AlertChange, AlertStatus, Disposition
from keng.model.detection import Detection
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.model.user import Actor
from keng.state import audit
from keng.state.register import source_systems
from keng.state.rows import to_struct, to_values
from keng.state.tables.alerts import alert as table
from keng.state.tables.alerts import counted

SPREAD_WINDOW_US = 24 * 60 * 60 * 1_000_000
CHUNK = 500
T = TypeVar("T")
OPEN = (AlertStatus.NEW, AlertStatus.IN_PROGRESS)
_RECORDED = frozenset(
    {"count", "first_us", "last_us", "updated_us", "users", "samples", "severity", "spread", "priority"}
)


class AlertFilter(msgspec.Struct, frozen=True):
    """What to list; the default is everything. incident: 0 for any. text: in host, rule id or rule title.

    found_later: only those that a search of history found.
    """

    statuses: tuple[AlertStatus, ...] = ()
    severity: Severity = Severity.INFORMATIONAL
    agency: str = ""
    rule_id: str = ""
    host: str = ""
    assignee: str = ""
    incident: int = 0
    since_us: int = 0
    text: str = ""
    found_later: bool = False


def record_detections(
    conn: Connection, detections: Sequence[Detection], now_us: int, found_later: bool = False
) -> list[AlertChange]:
    """Group detections into alerts, new or growing ones; each (rule, event, group) counts once, ever.

    Folds one by one in the order given, so that the cut into batches changes nothing. One change per alert touched.
    found_later: they come from a search of history; new alerts say so, those that were there stay as they were.
    """
    fresh = _not_counted(conn, detections)
    if not fresh:
        return []
    conn.execute(insert(counted), [{"key": key, "at_us": now_us} for key in fresh])
    systems = source_systems(conn, {detection.event.source for detection in fresh.values()})
    by_key = _candidates(conn, {group_key(detection) for detection in fresh.values()}, fresh.values())
    changed: dict[int, AlertChange] = {}  # those that are new: under -1, -2, … until they are stored
    for detection in fresh.values():
        siblings = by_key.setdefault(group_key(detection), [])
        found = find_alert(siblings, detection.event.time_us)
        if found is None:
            system, level = systems.get(detection.event.source, ("", 0))
            fallen = new_alert(detection, now_us, system, level, found_later)
            stored = msgspec.structs.replace(fallen, id=-1 - len(changed))
            changed[stored.id] = AlertChange("new", stored)
        else:
            siblings.remove(found)
            stored = grow(found, detection, now_us)
            kind = changed[stored.id].kind if stored.id in changed else "grown"
            changed[stored.id] = AlertChange(kind, stored)
        siblings.append(stored)
    return _scored(conn, _stored(conn, changed), now_us)


def alerts(
    conn: Connection,
    wanted: AlertFilter,
    agencies: frozenset[str] | None,
    limit: int = 50,
    offset: int = 0,
    newest_first: bool = False,
) -> list[Alert]:
    """The queue: most urgent first (or newest first). `agencies`: whose alerts may be seen (None: all)."""
    order = (table.c.last_us.desc(), table.c.id.desc())
    if not newest_first:
        order = (table.c.priority.desc(), table.c.id.desc())
    query = select(table).where(*_conditions(wanted, agencies)).order_by(*order).limit(limit).offset(offset)
    return [to_struct(row, Alert) for row in conn.execute(query)]


def changed_since(conn: Connection, since_us: int, limit: int) -> list[Alert]:
    """Alerts that anything happened to since then, whoever did it; the latest changes first."""
    query = (
        select(table).where(table.c.updated_us >= since_us).order_by(table.c.updated_us.desc()).limit(limit)
    )
    return [to_struct(row, Alert) for row in conn.execute(query)]


def count_alerts(conn: Connection, wanted: AlertFilter, agencies: frozenset[str] | None) -> int:
    """How many alerts `alerts` would list in all."""
    query = select(func.count()).select_from(table).where(*_conditions(wanted, agencies))
    return conn.scalar(query) or 0


def alert(conn: Connection, alert_id: int, agencies: frozenset[str] | None) -> Alert | None:
    """One alert; None too if it belongs to an agency outside `agencies`."""
    query = select(table).where(table.c.id == alert_id)
    if agencies is not None:
        query = query.where(table.c.agency.in_(sorted(agencies)))
    row = conn.execute(query).one_or_none()
    return to_struct(row, Alert) if row is not None else None


def open_alerts_by_agency(
    conn: Connection, agencies: frozenset[str] | None, without_rule: str = ""
) -> dict[str, dict[Severity, int]]:
    """Agency id → severity → number of alerts that are not closed; `without_rule`: but not those of this rule."""
    query = (
        select(table.c.agency, table.c.severity, func.count())
        .where(table.c.status.in_(OPEN), table.c.rule_id != without_rule)
        .group_by(table.c.agency, table.c.severity)
    )
    if agencies is not None:
        query = query.where(table.c.agency.in_(sorted(agencies)))
    found: dict[str, dict[Severity, int]] = {}
    for agency, severity, number in conn.execute(query):
        found.setdefault(agency, {})[Severity(severity)] = number
    return found


def assign(conn: Connection, alert_id: int, assignee: str, by: Actor, now_us: int) -> AlertChange | Rejected:
    """Give the alert to an account ("" gives it back to the queue). A new alert becomes in progress."""
    found = alert(conn, alert_id, None)
    if found is None:
        return _unknown(alert_id)
    if found.status is AlertStatus.CLOSED:
        return Rejected(_("the alert is closed: reopen it first"), f"alert {alert_id}")
    status = AlertStatus.IN_PROGRESS if assignee else AlertStatus.NEW
    audit.record(conn, now_us, by, "alert.assign", f"alert:{alert_id}", {"assignee": assignee})
    return _change(conn, "assigned", found, assignee=assignee, status=status, updated_us=now_us)


def close(
    conn: Connection, alert_id: int, disposition: Disposition, reason: str, by: Actor, now_us: int
) -> AlertChange | Rejected:
    """Close the alert; a reason is required for anything but a true positive."""
    found = alert(conn, alert_id, None)
    if found is None:
        return _unknown(alert_id)
    if found.status is AlertStatus.CLOSED:
        return Rejected(_("the alert is closed already"), f"alert {alert_id}")
    if disposition is not Disposition.TRUE_POSITIVE and not reason.strip():
        return Rejected(_("say why: a reason is needed to close an alert that is no attack"), "reason")
    details = {"disposition": disposition.value, "reason": reason}
    audit.record(conn, now_us, by, "alert.close", f"alert:{alert_id}", details)
    return _change(
        conn,
        "status",
        found,
        status=AlertStatus.CLOSED,
        disposition=disposition,
        reason=reason.strip(),
        assignee=found.assignee or by.name,
        closed_us=now_us,
        updated_us=now_us,
    )


def reopen(conn: Connection, alert_id: int, reason: str, by: Actor, now_us: int) -> AlertChange | Rejected:
    """Put a closed alert back to work."""
    found = alert(conn, alert_id, None)
    if found is None:
        return _unknown(alert_id)
    if found.status is not AlertStatus.CLOSED:
        return Rejected(_("the alert is not closed"), f"alert {alert_id}")
    audit.record(conn, now_us, by, "alert.reopen", f"alert:{alert_id}", {"reason": reason})
    status = AlertStatus.IN_PROGRESS if found.assignee else AlertStatus.NEW
    return _change(
        conn, "status", found, status=status, disposition=None, reason="", closed_us=0, updated_us=now_us
    )


def put_into_incident(conn: Connection, alert_ids: Iterable[int], incident: int, now_us: int) -> None:
    """Mark alerts as part of an incident (0 takes them out), and as being worked on."""
    for chunk in _chunks(sorted(set(alert_ids))):
        conn.execute(update(table).where(table.c.id.in_(chunk)).values(incident=incident, updated_us=now_us))
        conn.execute(
            update(table)
            .where(table.c.id.in_(chunk), table.c.status == AlertStatus.NEW)
            .values(status=AlertStatus.IN_PROGRESS)
        )


def forget_counted(conn: Connection, before_us: int) -> int:
    """Forget which detections were counted before this time: none of them can come again."""
    return conn.execute(counted.delete().where(counted.c.at_us < before_us)).rowcount


def _not_counted(conn: Connection, detections: Sequence[Detection]) -> dict[str, Detection]:
    by_key: dict[str, Detection] = {}
    for detection in detections:
        by_key.setdefault(counted_key(detection), detection)
    for chunk in _chunks(list(by_key)):
        for key in conn.scalars(select(counted.c.key).where(counted.c.key.in_(chunk))):
            del by_key[key]
    return by_key


def _candidates(conn: Connection, keys: set[str], detections: Iterable[Detection]) -> dict[str, list[Alert]]:
    earliest = min(detection.event.time_us for detection in detections)
    found: dict[str, list[Alert]] = {}
    for chunk in _chunks(sorted(keys)):
        query = select(table).where(
            table.c.key.in_(chunk),
            # An older alert cannot take any of these in (the window is shorter than the spread window).
            table.c.last_us >= earliest - SPREAD_WINDOW_US,
        )
        for row in conn.execute(query):
            stored = to_struct(row, Alert)
            found.setdefault(stored.key, []).append(stored)
    return found


def _scored(conn: Connection, changed: dict[int, AlertChange], now_us: int) -> list[AlertChange]:
    """Spread and priority of the changed alerts and, where a rule reached one more agency, of its other ones."""
    for rule_id in sorted({change.alert.rule.id for change in changed.values() if change.kind == "new"}):
        last = max(change.alert.last_us for change in changed.values() if change.alert.rule.id == rule_id)
        recent = (table.c.rule_id == rule_id) & (table.c.last_us >= last - SPREAD_WINDOW_US)
        spread = conn.scalar(select(func.count(table.c.agency.distinct())).where(recent)) or 1
        stale = select(table).where(recent, table.c.spread != spread, table.c.status.in_(OPEN))
        for row in conn.execute(stale).all():
            # What grew in this batch is newer here than in the table.
            known = changed.get(row.id) or AlertChange("grown", to_struct(row, Alert))
            alert = msgspec.structs.replace(known.alert, spread=spread, updated_us=now_us)
            changed[row.id] = AlertChange(known.kind, alert)
    result = []
    for change in changed.values():
        old = change.alert
        priority = score(old.severity, old.level, old.spread, old.count).priority
        result.append(AlertChange(change.kind, msgspec.structs.replace(old, priority=priority)))
    _update(conn, [change.alert for change in result])
    return result


def _stored(conn: Connection, changed: dict[int, AlertChange]) -> dict[int, AlertChange]:
    """The same changes, new alerts stored (many in one statement) and under the ids that the database gave them."""
    new = [change.alert for change in changed.values() if change.kind == "new"]
    if not new:
        return changed
    rows = [to_values(alert, without=("id",)) | {"rule_id": alert.rule.id} for alert in new]
    given = conn.scalars(insert(table).returning(table.c.id, sort_by_parameter_order=True), rows).all()
    ids = dict(zip((alert.id for alert in new), given, strict=True))
    result: dict[int, AlertChange] = {}
    for old_id, change in changed.items():
        alert_id = ids.get(old_id, old_id)
        result[alert_id] = AlertChange(change.kind, msgspec.structs.replace(change.alert, id=alert_id))
    return result


def _update(conn: Connection, changed: Sequence[Alert]) -> None:
    """Write what recording changes, in one statement for all."""
    rows = [
        {name: value for name, value in to_values(alert).items() if name in _RECORDED} | {"of_id": alert.id}
        for alert in changed
    ]
    conn.execute(update(table).where(table.c.id == bindparam("of_id")), rows)


def _change(conn: Connection, kind: str, old: Alert, **fields: object) -> AlertChange:
    conn.execute(update(table).where(table.c.id == old.id).values(**fields))
    return AlertChange(kind, msgspec.structs.replace(old, **fields))


def _conditions(wanted: AlertFilter, agencies: frozenset[str] | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [table.c.severity >= int(wanted.severity)]
    if agencies is not None:
        conditions.append(table.c.agency.in_(sorted(agencies)))
    if wanted.statuses:
        conditions.append(table.c.status.in_(wanted.statuses))
    for column, value in (
        (table.c.agency, wanted.agency),
        (table.c.rule_id, wanted.rule_id),
        (table.c.host, wanted.host),
        (table.c.assignee, wanted.assignee),
        (table.c.incident, wanted.incident),
    ):
        if value:
            conditions.append(column == value)
    if wanted.since_us:
        conditions.append(table.c.last_us >= wanted.since_us)
    if wanted.found_later:
        conditions.append(table.c.found_later)
    if wanted.text:
        # Titles stand in the JSON of the rule; as text it is searched the same way on both databases.
        title = table.c.rule["title"].as_string()
        fields = (table.c.host, table.c.rule_id, title)
        conditions.append(or_(*(field.icontains(wanted.text, autoescape=True) for field in fields)))
    return conditions


def _chunks(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


def _unknown(alert_id: int) -> Rejected:
    return Rejected(_("there is no such alert"), f"alert {alert_id}")
