"""Saved hunts: a search with a name and a reason, run by hand or on a schedule, and what each run found.

A run looks at what arrived since the run before (`searched_us`), so that late events are found and none twice.
"""

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from keng.i18n import _
from keng.model.rejected import Rejected
from keng.model.user import Actor
from keng.state import audit
from keng.state.rows import to_struct
from keng.state.tables.hunts import find as finds_table
from keng.state.tables.hunts import hunt as table

MAX_NAME = 120
MAX_HUNTS = 500
MAX_SAMPLES = 20
KEPT_FINDS = 200
MIN_EVERY_S = 60
MAX_EVERY_S = 31 * 86_400


class Hunt(msgspec.Struct, frozen=True):
    """A saved hunt. query: the search as typed. every_s: 0 runs by hand only.

    next_us: when it is due (0: never). searched_us: events that arrived before it have been looked at.
    rule_id: of the rule that was made of it, "" for none. error: why the last run failed, "" if it did not.
    """

    id: int
    name: str
    query: str
    reason: str
    owner: str
    every_s: int = 0
    created_us: int = 0
    next_us: int = 0
    searched_us: int = 0
    ran_us: int = 0
    error: str = ""
    rule_id: str = ""


class Find(msgspec.Struct, frozen=True):
    """What a run found: `count` events that arrived in from_us ≤ t < to_us; samples: ids of the newest."""

    id: int
    hunt: int
    at_us: int
    from_us: int
    to_us: int
    count: int
    samples: tuple[str, ...] = ()
    seen_us: int = 0
    seen_by: str = ""


def hunts(conn: Connection) -> list[Hunt]:
    """All of them, by name."""
    return [to_struct(row, Hunt) for row in conn.execute(select(table).order_by(table.c.name, table.c.id))]


def hunt(conn: Connection, hunt_id: int) -> Hunt | None:
    """One of them."""
    row = conn.execute(select(table).where(table.c.id == hunt_id)).one_or_none()
    return to_struct(row, Hunt) if row is not None else None


def save_hunt(
    conn: Connection, name: str, query: str, reason: str, every_s: int, by: Actor, now_us: int
) -> Hunt | Rejected:
    """A new hunt. The query must have been read before; the first scheduled run looks at what arrives from now on."""
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME:
        return Rejected(_("a hunt needs a name of at most {limit} characters", limit=MAX_NAME), "name")
    if every_s and not MIN_EVERY_S <= every_s <= MAX_EVERY_S:
        return Rejected(_("a hunt runs at most once a minute and at least once a month"), "every")
    if conn.scalar(select(table.c.id).where(table.c.name == name)) is not None:
        return Rejected(_("there is a hunt “{name}” already", name=name), "name")
    if (conn.scalar(select(func.count()).select_from(table)) or 0) >= MAX_HUNTS:
        return Rejected(_("there are {limit} hunts; delete one first", limit=MAX_HUNTS), "name")
    values = {
        "name": name,
        "query": query,
        "reason": reason,
        "owner": by.name,
        "every_s": every_s,
        "created_us": now_us,
        "next_us": now_us + every_s * 1_000_000 if every_s else 0,
        "searched_us": now_us,
        "ran_us": 0,
        "error": "",
        "rule_id": "",
    }
    key = conn.execute(insert(table).values(**values)).inserted_primary_key
    hunt_id = int(key[0]) if key is not None else 0
    details = {"name": name, "query": query, "reason": reason, "every_s": str(every_s)}
    audit.record(conn, now_us, by, "hunt.save", f"hunt:{hunt_id}", details)
    saved = hunt(conn, hunt_id)
    if saved is None:
        raise RuntimeError("the hunt just written is not there")
    return saved


def schedule(conn: Connection, hunt_id: int, every_s: int, by: Actor, now_us: int) -> None:
    """Run it every so many seconds from now on; 0: by hand only."""
    every_s = min(max(every_s, MIN_EVERY_S), MAX_EVERY_S) if every_s else 0
    values = {"every_s": every_s, "next_us": now_us + every_s * 1_000_000 if every_s else 0}
    conn.execute(update(table).where(table.c.id == hunt_id).values(**values))
    audit.record(conn, now_us, by, "hunt.schedule", f"hunt:{hunt_id}", {"every_s": str(every_s)})


def delete_hunt(conn: Connection, hunt_id: int, by: Actor, now_us: int) -> None:
    """Forget it and what it found. A rule that was made of it stays."""
    found = hunt(conn, hunt_id)
    if found is None:
        return
    conn.execute(delete(finds_table).where(finds_table.c.hunt == hunt_id))
    conn.execute(delete(table).where(table.c.id == hunt_id))
    audit.record(
        conn, now_us, by, "hunt.delete", f"hunt:{hunt_id}", {"name": found.name, "query": found.query}
    )


def became_rule(conn: Connection, hunt_id: int, rule_id: str, by: Actor, now_us: int) -> None:
    """Note the rule that was made of it."""
    conn.execute(update(table).where(table.c.id == hunt_id).values(rule_id=rule_id[:64]))
    audit.record(conn, now_us, by, "hunt.rule", f"hunt:{hunt_id}", {"rule": rule_id})


def due(conn: Connection, now_us: int, limit: int = 20) -> list[Hunt]:
    """Scheduled hunts whose time has come, the longest waiting first."""
    query = (
        select(table)
        .where(table.c.next_us > 0, table.c.next_us <= now_us)
        .order_by(table.c.next_us)
        .limit(limit)
    )
    return [to_struct(row, Hunt) for row in conn.execute(query)]


def ran(
    conn: Connection, one: Hunt, to_us: int, count: int, samples: tuple[str, ...], error: str, now_us: int
) -> None:
    """Note a run over what arrived in one.searched_us ≤ t < to_us. After an error the same time is searched again."""
    values: dict[str, int | str] = {"ran_us": now_us, "error": error[:2_000]}
    if one.every_s:
        values["next_us"] = now_us + one.every_s * 1_000_000
    if not error:
        values["searched_us"] = to_us
    conn.execute(update(table).where(table.c.id == one.id).values(**values))
    if error or not count:
        return
    conn.execute(
        insert(finds_table).values(
            hunt=one.id,
            at_us=now_us,
            from_us=one.searched_us,
            to_us=to_us,
            count=count,
            samples=list(samples[:MAX_SAMPLES]),
            seen_us=0,
            seen_by="",
        )
    )
    kept = (
        select(finds_table.c.id)
        .where(finds_table.c.hunt == one.id)
        .order_by(finds_table.c.id.desc())
        .offset(KEPT_FINDS)
        .limit(1)
    )
    if (oldest := conn.scalar(kept)) is not None:
        conn.execute(delete(finds_table).where(finds_table.c.hunt == one.id, finds_table.c.id <= oldest))


def finds(conn: Connection, hunt_id: int, limit: int = 50) -> list[Find]:
    """What its runs found, newest first."""
    query = (
        select(finds_table)
        .where(finds_table.c.hunt == hunt_id)
        .order_by(finds_table.c.id.desc())
        .limit(limit)
    )
    return [to_struct(row, Find) for row in conn.execute(query)]


def unseen(conn: Connection) -> dict[int, int]:
    """Per hunt, how many events were found that nobody has looked at yet."""
    query = (
        select(finds_table.c.hunt, func.sum(finds_table.c.count))
        .where(finds_table.c.seen_us == 0)
        .group_by(finds_table.c.hunt)
    )
    return {int(row[0]): int(row[1]) for row in conn.execute(query)}


def mark_seen(conn: Connection, hunt_id: int, by: Actor, now_us: int) -> None:
    """Somebody has looked at what it found."""
    conn.execute(
        update(finds_table)
        .where(finds_table.c.hunt == hunt_id, finds_table.c.seen_us == 0)
        .values(seen_us=now_us, seen_by=by.name)
    )
