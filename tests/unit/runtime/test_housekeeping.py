from sqlalchemy import func, select

from keng.health.silence import silence
from keng.model.agency import LogSourceEntry
from keng.model.severity import Severity
from keng.runtime.housekeeping import COUNTED_KEPT_US, forget
from keng.state.alerts import record_detections
from keng.state.database import State
from keng.state.tables.alerts import counted

NOW = 1_790_000_000_000_000


def test_what_was_counted_long_ago_is_forgotten_and_what_is_recent_kept(state: State) -> None:
    entry = LogSourceEntry("a", "x", "A")
    with state.write() as conn:
        record_detections(conn, [silence(entry, Severity.LOW, 1, NOW, 1.0)], NOW)
        record_detections(conn, [silence(entry, Severity.LOW, 2, NOW, 1.0)], NOW + COUNTED_KEPT_US)
    forget(state, NOW + COUNTED_KEPT_US + 1)
    with state.read() as conn:
        assert conn.scalar(select(func.count()).select_from(counted)) == 1
