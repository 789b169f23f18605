"""Published bulletins at the agencies: who read, who confirmed, who has not answered.

Functions for agencies take the agency's id and show only what was sent to it.
"""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, select, update

from keng.i18n import _
from keng.model.bulletin import Bulletin, BulletinStatus, Delivery, Finding
from keng.model.rejected import Rejected
from keng.model.user import Actor
from keng.state import audit, register
from keng.state.rows import to_struct
from keng.state.tables.bulletins import bulletin as bulletins
from keng.state.tables.bulletins import delivery as table
from keng.state.timeline import add_entry

MAX_NOTE = 4_000
OUT = (BulletinStatus.PUBLISHED, BulletinStatus.UPDATED, BulletinStatus.WITHDRAWN)


class AgencyBulletin(msgspec.Struct, frozen=True):
    """A bulletin as one agency has it."""

    bulletin: Bulletin
    delivery: Delivery


def bulletins_of_agency(
    conn: Connection, agency: str, limit: int = 100, offset: int = 0
) -> list[AgencyBulletin]:
    """What was sent to this agency, newest first."""
    query = (
        select(table)
        .join(bulletins, bulletins.c.id == table.c.bulletin)
        .where(table.c.agency == agency, bulletins.c.status.in_(OUT))
        .order_by(table.c.sent_us.desc(), table.c.bulletin.desc())
        .limit(limit)
        .offset(offset)
    )
    found = [to_struct(row, Delivery) for row in conn.execute(query).all()]
    return [one for delivery in found if (one := _with_bulletin(conn, delivery)) is not None]


def bulletin_of_agency(conn: Connection, bulletin_id: int, agency: str) -> AgencyBulletin | None:
    """One bulletin, if it was sent to this agency. Centre-only fields (authors, incident) are left out."""
    found = delivery(conn, bulletin_id, agency)
    return _with_bulletin(conn, found) if found is not None else None


def delivery(conn: Connection, bulletin_id: int, agency: str) -> Delivery | None:
    """What became of a bulletin at one agency."""
    query = select(table).where(table.c.bulletin == bulletin_id, table.c.agency == agency)
    row = conn.execute(query).one_or_none()
    return to_struct(row, Delivery) if row is not None else None


def deliveries(conn: Connection, bulletin_id: int) -> list[Delivery]:
    """What became of a bulletin at every recipient, by agency; for people of the centre."""
    query = select(table).where(table.c.bulletin == bulletin_id).order_by(table.c.agency)
    return [to_struct(row, Delivery) for row in conn.execute(query)]


def unanswered(conn: Connection) -> list[Delivery]:
    """Deliveries of bulletins in force that nobody has confirmed, longest waiting first; for the centre."""
    query = (
        select(table)
        .join(bulletins, bulletins.c.id == table.c.bulletin)
        .where(bulletins.c.status == BulletinStatus.PUBLISHED, table.c.confirmed_us == 0)
        .order_by(table.c.sent_us, table.c.agency)
    )
    return [to_struct(row, Delivery) for row in conn.execute(query)]


def mark_read(conn: Connection, bulletin_id: int, agency: str, by: Actor, now_us: int) -> bool:
    """Note that the agency opened it; only the first time counts. True if this was it."""
    found = bulletin_of_agency(conn, bulletin_id, agency)
    if found is None or found.delivery.read_us:
        return False
    _update(conn, found.delivery, {"read_us": now_us, "read_by": by.name})
    audit.record(conn, now_us, by, "bulletin.read", f"bulletin:{bulletin_id}", {"agency": agency})
    return True


def confirm(
    conn: Connection,
    bulletin_id: int,
    agency: str,
    finding: Finding,
    note: str,
    actions_done: Iterable[int],
    by: Actor,
    now_us: int,
) -> Delivery | Rejected:
    """The agency answers: hit, not hit, cannot tell; which steps it did. A later answer replaces it, the time of the
    first confirmation stays. The caller has checked that `by` belongs to `agency`.
    """
    found = bulletin_of_agency(conn, bulletin_id, agency)
    if found is None:
        return Rejected(_("there is no such bulletin"), f"bulletin {bulletin_id}")
    steps = len(found.bulletin.text("vi").actions)
    done = sorted({*actions_done})
    if any(not 0 <= index < steps for index in done):
        return Rejected(_("there is no such step in this bulletin"), "actions")
    old = found.delivery
    values = {
        "read_us": old.read_us or now_us,
        "read_by": old.read_by or by.name,
        "confirmed_us": old.confirmed_us or now_us,
        "confirmed_by": by.name,
        "finding": finding,
        "note": note.strip()[:MAX_NOTE],
        "actions_done": done,
    }
    _update(conn, old, values)
    details = {"agency": agency, "finding": finding.value, "actions": ", ".join(map(str, done))}
    audit.record(conn, now_us, by, "bulletin.confirm", f"bulletin:{bulletin_id}", details)
    incident = conn.scalar(select(bulletins.c.incident).where(bulletins.c.id == bulletin_id))
    if incident:
        known = register.agency(conn, agency)
        texts = {"number": found.bulletin.number, "agency": known.name_vi if known else agency}
        add_entry(conn, incident, "event", "bulletin_confirmed", by, now_us, values=texts)
    return msgspec.structs.replace(old, **(values | {"actions_done": tuple(done)}))


def _update(conn: Connection, old: Delivery, values: dict[str, object]) -> None:
    which = (table.c.bulletin == old.bulletin) & (table.c.agency == old.agency)
    conn.execute(update(table).where(which).values(**values))


def _with_bulletin(conn: Connection, found: Delivery) -> AgencyBulletin | None:
    query = select(bulletins).where(bulletins.c.id == found.bulletin, bulletins.c.status.in_(OUT))
    row = conn.execute(query).one_or_none()
    if row is None:
        return None
    whole = to_struct(row, Bulletin)
    # Who wrote it, and of which incident it is, stays in the centre.
    outside = msgspec.structs.replace(
        whole, incident=0, created_by="", edited_by=(), approved_by="", published_by=""
    )
    return AgencyBulletin(outside, found)
