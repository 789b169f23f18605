"""Jobs that search history, one row each: asked for here, worked on by whoever holds the event store.

So `keng retro` and a running centre speak through the row: request, progress, cancel and outcome. A job that was
interrupted goes on at its next slice.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from keng.state.rows import to_struct, to_values
from keng.state.tables.retro import job as table
from keng.state.tables.retro import rule as rules

MAX_SAMPLES = 1_000
MAX_JOBS = 200


class RetroStatus(StrEnum):
    """Where a job is. CANCELLING: it was asked to end and has not yet."""

    WAITING = "waiting"
    RUNNING = "running"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    DONE = "done"
    FAILED = "failed"


OPEN = (RetroStatus.WAITING, RetroStatus.RUNNING, RetroStatus.CANCELLING)


class RetroRequest(msgspec.Struct, frozen=True):
    """What to look for. paths: rule files instead of the centre's rules; rule_ids: only these of them; empty: all.

    since_us: event time; agency: "" for all. record: what is found becomes alerts. per_rule: matches of one rule
    after which it is looked for no longer.
    """

    paths: tuple[str, ...] = ()
    rule_ids: tuple[str, ...] = ()
    since_us: int = 0
    agency: str = ""
    record: bool = False
    per_rule: int = 10_000


class RetroSample(msgspec.Struct, frozen=True):
    """One detection of a job. matched: values as text, cut."""

    rule_id: str
    title: str
    level: str
    event_id: str
    time_us: int
    agency: str
    host: str
    matched: dict[str, str] = {}


class RetroJob(msgspec.Struct, frozen=True):
    """A job. slices: rows of five numbers, in order; done: how many of them. found: rule id → agency → detections.

    origin: "reload" (a new or changed rule) or "person". noisy: ids of rules that were given up. seconds: of work.
    """

    id: int
    created_us: int
    updated_us: int
    status: RetroStatus
    origin: str
    by: str
    request: RetroRequest
    slices: tuple[tuple[int, int, int, int, int], ...] = ()
    done: int = 0
    events: int = 0
    of_events: int = 0
    found: dict[str, dict[str, int]] = {}
    samples: tuple[RetroSample, ...] = ()
    noisy: tuple[str, ...] = ()
    seconds: float = 0.0
    error: str = ""


def ask(conn: Connection, request: RetroRequest, origin: str, by: str, now_us: int) -> RetroJob:
    """A new job, waiting. The oldest finished ones beyond the last 200 are forgotten."""
    new = RetroJob(0, now_us, now_us, RetroStatus.WAITING, origin, by, request)
    key = conn.execute(insert(table).values(**to_values(new, without=("id",)))).inserted_primary_key
    if key is None:
        raise RuntimeError("the database gave no id for a new job")
    number = int(key[0])
    conn.execute(delete(table).where(table.c.id <= number - MAX_JOBS, table.c.status.notin_(OPEN)))
    return msgspec.structs.replace(new, id=number)


def job(conn: Connection, job_id: int) -> RetroJob | None:
    """One job."""
    row = conn.execute(select(table).where(table.c.id == job_id)).one_or_none()
    return to_struct(row, RetroJob) if row is not None else None


def jobs(conn: Connection, limit: int = 20) -> list[RetroJob]:
    """The newest first."""
    return [
        to_struct(row, RetroJob)
        for row in conn.execute(select(table).order_by(table.c.id.desc()).limit(limit))
    ]


def next_job(conn: Connection) -> RetroJob | None:
    """The oldest that is not finished: an interrupted one before those that wait."""
    query = select(table).where(table.c.status.in_(OPEN)).order_by(table.c.status, table.c.id).limit(1)
    row = conn.execute(query).one_or_none()
    return to_struct(row, RetroJob) if row is not None else None


def save(conn: Connection, changed: RetroJob) -> None:
    """Write a job's progress or end. One that was asked to end meanwhile stays so until it does."""
    values = to_values(changed, without=("id", "created_us", "origin", "by", "request"))
    if changed.status is RetroStatus.RUNNING and cancelling(conn, changed.id):
        values.pop("status")
    conn.execute(update(table).where(table.c.id == changed.id).values(**values))


def cancel(conn: Connection, job_id: int, now_us: int) -> bool:
    """Ask a job to end; false if it has ended already or there is none."""
    of_job = update(table).where(table.c.id == job_id)
    waiting = of_job.where(table.c.status == RetroStatus.WAITING)
    if conn.execute(waiting.values(status=RetroStatus.CANCELLED, updated_us=now_us)).rowcount:
        return True
    running = of_job.where(table.c.status == RetroStatus.RUNNING)
    return bool(conn.execute(running.values(status=RetroStatus.CANCELLING, updated_us=now_us)).rowcount)


def fail(conn: Connection, job_id: int, reason: str, now_us: int) -> None:
    """The job has ended with an error."""
    conn.execute(
        update(table)
        .where(table.c.id == job_id)
        .values(status=RetroStatus.FAILED, error=reason[:1000], updated_us=now_us)
    )


def cancelling(conn: Connection, job_id: int) -> bool:
    """Whether the job was asked to end."""
    status = conn.scalar(select(table.c.status).where(table.c.id == job_id))
    return status in (RetroStatus.CANCELLING, RetroStatus.CANCELLED)


def known_rules(conn: Connection) -> dict[str, str]:
    """Rule id → digest of what it said when history was last searched for it."""
    return {row.rule_id: row.digest for row in conn.execute(select(rules))}


def remember_rules(conn: Connection, digests: Mapping[str, str]) -> None:
    """These are the rules now; others are forgotten."""
    conn.execute(delete(rules))
    rows: list[dict[str, Any]] = [
        {"rule_id": rule_id[:128], "digest": digest} for rule_id, digest in digests.items()
    ]
    if rows:
        conn.execute(insert(rules), rows)
