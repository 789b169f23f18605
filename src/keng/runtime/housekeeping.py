"""Forgetting what nobody can ask for again, so that no table only grows."""

import structlog

from keng.auth import sessions
from keng.state import alerts
from keng.state.database import State

COUNTED_KEPT_US = 90 * 86_400_000_000
"""How long it is remembered which detections were counted. A record sent again later than this counts anew."""

_log = structlog.get_logger("keng.runtime.housekeeping")


def forget(state: State, now_us: int) -> None:
    """Delete counted detections older than `COUNTED_KEPT_US` and sessions that are over."""
    with state.write() as conn:
        counted = alerts.forget_counted(conn, now_us - COUNTED_KEPT_US)
        ended = sessions.forget_ended(conn, now_us)
    if counted or ended:
        _log.info("forgotten", counted=counted, sessions=ended)
