"""Runs saved hunts: each looks at what has arrived since it looked last, so late events are found and none twice."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import structlog

from keng.model.rejected import Rejected
from keng.model.user import SYSTEM
from keng.runtime.clock import Clock
from keng.state import audit, hunts, register
from keng.state.database import State
from keng.store.base import EventStore
from keng.store.errors import StoreError
from keng.store.search import parse_search

LATE_US = 10 * 1_000_000
"""What arrived so lately may not be stored yet; it belongs to the next run."""
HOUR_US = 3_600 * 1_000_000
_log = structlog.get_logger("keng.runtime.hunter")


class Hunter:
    """look() runs what is due. waiting: how many batches are received and not stored yet."""

    def __init__(self, state: State, store: EventStore, clock: Clock, waiting: Callable[[], int]) -> None:
        self._state = state
        self._store = store
        self._clock = clock
        self._waiting = waiting

    def look(self) -> int:
        """Run what is due; returns how many ran. Blocks."""
        with self._state.read() as conn:
            due = hunts.due(conn, self._clock())
        if not due:
            return 0
        until = self.stored_until()
        for one in due:
            run_hunt(self._state, self._store, one, until, self._clock())
        return len(due)

    def stored_until(self) -> int:
        """What arrived before this moment is in the store: nearly now, or what was stored last while some waits."""
        now = self._clock()
        until = now - LATE_US
        if self._waiting() == 0:
            return until
        newest = max((one.last_us for one in self._store.counts_by_source(now - HOUR_US)), default=0)
        return min(until, newest - LATE_US)


def run_hunt(state: State, store: EventStore, one: hunts.Hunt, until_us: int, now_us: int) -> int:
    """One run over what arrived in one.searched_us ≤ t < until_us; returns how many events were found.

    What fails is noted at the hunt, and the same span is searched again next time.
    """
    if until_us <= one.searched_us:
        until_us = one.searched_us
    with state.read() as conn:
        zone = register.centre_profile(conn).timezone
    count, error = 0, ""
    samples: tuple[str, ...] = ()
    query = parse_search(one.query, now_us, _zone(zone))
    if isinstance(query, Rejected):
        error = query.reason
    elif until_us > one.searched_us:
        query = msgspec.structs.replace(query, received_from_us=one.searched_us, received_to_us=until_us)
        try:
            tag = f"hunt-{one.id}"
            count = store.count(query, None, tag)
            if count:
                page = store.search(query, None, "", hunts.MAX_SAMPLES, tag)
                samples = tuple(event.id for event in page.events)
        except StoreError as problem:
            error = str(problem)
    with state.write() as conn:
        if hunts.hunt(conn, one.id) is None:
            return 0  # deleted meanwhile
        hunts.ran(conn, one, until_us, count, samples, error, now_us)
        if count and not error:
            details = {"name": one.name, "count": str(count), "reason": one.reason}
            audit.record(conn, now_us, SYSTEM, "hunt.find", f"hunt:{one.id}", details)
    if count or error:
        _log.info("hunt ran", hunt=one.id, found=count, error=error)
    return count


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
