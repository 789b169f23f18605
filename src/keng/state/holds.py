"""Legal holds: ordered and released by people, with a reason; both stand in the audit log."""

import msgspec
from sqlalchemy import Connection, insert, select, update

from keng.i18n import _
from keng.model.hold import Held, Hold
from keng.model.rejected import Rejected
from keng.model.user import Actor
from keng.state import audit, register
from keng.state.rows import to_struct
from keng.state.tables.holds import hold as table

MAX_REASON = 2_000


def holds(conn: Connection, released: bool = False) -> list[Hold]:
    """Those in force, the oldest first; with `released` the others, too."""
    query = select(table).order_by(table.c.id)
    if not released:
        query = query.where(table.c.released_us == 0)
    return [to_struct(row, Hold) for row in conn.execute(query)]


def hold(conn: Connection, hold_id: int) -> Hold | None:
    """One of them."""
    row = conn.execute(select(table).where(table.c.id == hold_id)).one_or_none()
    return to_struct(row, Hold) if row is not None else None


def add_hold(conn: Connection, wanted: Hold, by: Actor, now_us: int) -> Hold | Rejected:
    """Order a hold; its id, author and time are set here. Names must be in the register: a typing error holds nothing."""
    if not wanted.reason.strip():
        return Rejected(_("a hold needs a reason"), "reason")
    if wanted.to_us and wanted.to_us <= wanted.from_us:
        return Rejected(_("the time of a hold ends after it begins"), "to")
    unknown = _unknown(conn, wanted)
    if unknown is not None:
        return unknown
    kept = msgspec.structs.replace(
        wanted, reason=wanted.reason.strip()[:MAX_REASON], by=by.name, created_us=now_us, released_us=0
    )
    values = msgspec.structs.asdict(kept)
    del values["id"]
    number = conn.execute(insert(table).values(values)).inserted_primary_key
    assert number is not None
    kept = msgspec.structs.replace(kept, id=int(number[0]))
    audit.record(conn, now_us, by, "hold.add", f"hold:{kept.id}", _told(kept))
    return kept


def release_hold(conn: Connection, hold_id: int, reason: str, by: Actor, now_us: int) -> Hold | Rejected:
    """End a hold; the next look at what is old may delete what it held."""
    found = hold(conn, hold_id)
    if found is None:
        return Rejected(_("there is no hold {number}", number=hold_id), "hold")
    if found.released_us:
        return Rejected(_("hold {number} was released already", number=hold_id), "hold")
    if not reason.strip():
        return Rejected(_("releasing a hold needs a reason"), "reason")
    released = msgspec.structs.replace(
        found, released_us=now_us, released_by=by.name, release_reason=reason.strip()[:MAX_REASON]
    )
    conn.execute(
        update(table)
        .where(table.c.id == hold_id)
        .values(released_us=now_us, released_by=by.name, release_reason=released.release_reason)
    )
    audit.record(conn, now_us, by, "hold.release", f"hold:{hold_id}", {"reason": released.release_reason})
    return released


def held(conn: Connection) -> tuple[Held, ...]:
    """What the holds in force mean for the event store."""
    found = []
    sources = register.sources(conn)
    for one in holds(conn):
        names: tuple[str, ...] | None = (one.source,) if one.source else None
        if one.system:
            of_system = tuple(source.id for source in sources if source.system == one.system)
            names = of_system if names is None else tuple(set(names) & set(of_system))
        found.append(Held(one.agency, names, one.from_us, one.to_us))
    return tuple(found)


def _unknown(conn: Connection, wanted: Hold) -> Rejected | None:
    if wanted.agency and register.agency(conn, wanted.agency) is None:
        return Rejected(_("there is no agency {name} in the register", name=wanted.agency), "agency")
    if wanted.system and register.system(conn, wanted.system) is None:
        return Rejected(_("there is no system {name} in the register", name=wanted.system), "system")
    if wanted.source and register.source(conn, wanted.source) is None:
        return Rejected(_("there is no log source {name} in the register", name=wanted.source), "source")
    return None


def _told(kept: Hold) -> dict[str, str]:
    return {
        "agency": kept.agency,
        "system": kept.system,
        "source": kept.source,
        "from_us": str(kept.from_us),
        "to_us": str(kept.to_us),
        "reason": kept.reason,
    }
