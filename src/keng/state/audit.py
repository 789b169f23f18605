"""The audit log: who did what, when. Each row carries the hash of the row before it.

hash = SHA-256 of the canonical JSON [seq, at_us, actor, address, action, object, details, previous]; the first
row's `previous` is 64 zeros. Editing, deleting or reordering rows breaks the chain; cutting rows off the end is found
by comparing with a checkpoint that was kept outside.
"""

import hashlib
from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection, func, insert, select

from keng.i18n import _
from keng.model.user import Actor
from keng.state.tables.audit import audit as table

FIRST_PREVIOUS = "0" * 64
MAX_TEXT = 4_000


class AuditEntry(msgspec.Struct, frozen=True):
    """One row. object: "alert:12", "user:an.nv", …; details: a JSON object of texts."""

    seq: int
    at_us: int
    actor: str
    address: str
    action: str
    object: str
    details: str
    previous: str
    hash: str


class Checkpoint(msgspec.Struct, frozen=True):
    """The end of the chain at a moment, to be kept outside the database. seq 0: the log was empty."""

    seq: int
    hash: str


class AuditProblem(msgspec.Struct, frozen=True):
    """The first row at which the chain does not hold, and why."""

    seq: int
    reason: str


def record(
    conn: Connection,
    now_us: int,
    by: Actor,
    action: str,
    target: str,
    details: Mapping[str, str] | None = None,
) -> None:
    """Append a row, in the same transaction as what it tells of.

    action: a verb with its subject ("alert.close", "user.login"); target: kind and id ("alert:12").
    """
    last = conn.execute(select(table.c.seq, table.c.hash).order_by(table.c.seq.desc()).limit(1)).one_or_none()
    texts = {name: _kept(value[:MAX_TEXT]) for name, value in (details or {}).items()}
    entry = AuditEntry(
        seq=(last.seq if last else 0) + 1,
        at_us=now_us,
        actor=_kept(by.name),
        address=_kept(by.address),
        action=action,
        object=_kept(target[:128]),
        details=msgspec.json.encode(texts, order="sorted").decode(),
        previous=last.hash if last else FIRST_PREVIOUS,
        hash="",
    )
    conn.execute(insert(table).values(**msgspec.structs.asdict(entry) | {"hash": _hash(entry)}))


def entries(
    conn: Connection, before: int | None = None, limit: int = 100, target: str = "", actor: str = ""
) -> list[AuditEntry]:
    """Newest first; `before`: only rows with a smaller seq (for paging)."""
    query = select(table).order_by(table.c.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(table.c.seq < before)
    if target:
        query = query.where(table.c.object == target)
    if actor:
        query = query.where(table.c.actor == actor)
    return [AuditEntry(**row._mapping) for row in conn.execute(query)]


def newest(conn: Connection, action: str) -> int:
    """When an action was recorded last, microseconds since the epoch; 0 if never."""
    return conn.scalar(select(func.max(table.c.at_us)).where(table.c.action == action)) or 0


def checkpoint(conn: Connection) -> Checkpoint:
    """The end of the chain now."""
    last = conn.execute(select(table.c.seq, table.c.hash).order_by(table.c.seq.desc()).limit(1)).one_or_none()
    return Checkpoint(last.seq, last.hash) if last else Checkpoint(0, FIRST_PREVIOUS)


def verify(conn: Connection, kept: Checkpoint | None = None) -> AuditProblem | None:
    """Walk the whole chain; None if it holds (and still contains the checkpoint `kept`)."""
    previous, expected = FIRST_PREVIOUS, 0
    seen_kept = kept is None or kept == Checkpoint(0, FIRST_PREVIOUS)
    for row in conn.execute(select(table).order_by(table.c.seq)):
        entry = AuditEntry(**row._mapping)
        expected += 1
        if entry.seq != expected:
            return AuditProblem(expected, _("row {row} is missing", row=expected))
        if entry.previous != previous:
            return AuditProblem(entry.seq, _("the row before it was changed or removed"))
        if entry.hash != _hash(entry):
            return AuditProblem(entry.seq, _("the row was changed"))
        if kept is not None and entry.seq == kept.seq:
            if entry.hash != kept.hash:
                return AuditProblem(entry.seq, _("the chain differs from the checkpoint: it was rewritten"))
            seen_kept = True
        previous = entry.hash
    if not seen_kept:
        return AuditProblem(expected + 1, _("rows up to the checkpoint are missing: the end was cut off"))
    return None


def _kept(text: str) -> str:
    """The text as every database holds it: the hash must be of what is read back."""
    return text.replace("\0", "\ufffd")


def _hash(entry: AuditEntry) -> str:
    parts = (
        entry.seq,
        entry.at_us,
        entry.actor,
        entry.address,
        entry.action,
        entry.object,
        entry.details,
        entry.previous,
    )
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()
