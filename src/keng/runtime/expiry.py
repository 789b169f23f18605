"""Deleting events that are old enough, as the law of the country and the settings say; holds and the audit log included."""

import structlog

from keng.model.rejected import Rejected
from keng.model.user import SYSTEM
from keng.runtime.settings import Settings
from keng.state import audit
from keng.state.database import State
from keng.state.holds import held
from keng.state.law_file import read_law
from keng.state.register import centre_profile
from keng.store.base import EventStore
from keng.store.retention import Expired
from keng.store.retention_days import read_days

_log = structlog.get_logger("keng.runtime.expiry")


def days_by_level(state: State, settings: Settings) -> dict[int, int]:
    """How many days events of each level are kept. The settings have been checked when they were read."""
    with state.read() as conn:
        law = read_law(centre_profile(conn).pack)
    months = {} if isinstance(law, Rejected) else law.retention_months
    days = read_days(settings.retention_days, months)
    assert not isinstance(days, Rejected), days
    return days


def expire_events(state: State, store: EventStore, settings: Settings, now_us: int) -> tuple[Expired, ...]:
    """One look. What was deleted stands in the audit log, partition by partition. Raises StoreError."""
    with state.read() as conn:
        kept = held(conn)
    done = store.expire(now_us, days_by_level(state, settings), kept)
    if done:
        with state.write() as conn:
            for one in done:
                details = {"level": str(one.level), "deleted": str(one.deleted), "held": str(one.kept)}
                audit.record(conn, now_us, SYSTEM, "events.expire", f"day:{one.day}", details)
        _log.info("old events deleted", partitions=len(done), events=sum(one.deleted for one in done))
    return done
