from pathlib import Path

import msgspec
from tests.kept import no_hot_columns

from keng.model.agency import Agency
from keng.model.event import Event, LogSource
from keng.model.hold import Hold
from keng.model.user import Actor
from keng.runtime.expiry import days_by_level, expire_events
from keng.runtime.settings import Settings
from keng.state import audit
from keng.state.database import open_state
from keng.state.holds import add_hold, release_hold
from keng.state.register import save_agency
from keng.store.chdb import ChdbStore
from keng.store.query import EVERYTHING

DAY = 86_400_000_000
T0 = 20_000 * DAY


def test_old_events_go_held_ones_stay_and_the_audit_log_tells(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, retention_days="1=40")
    state = open_state(settings.state_place)
    store = ChdbStore(tmp_path / "events", no_hot_columns, level_of=lambda _source: 1)
    assert days_by_level(state, msgspec.structs.replace(settings, retention_days=""))[1] == 31
    assert days_by_level(state, settings)[1] == 40
    store.insert(
        [Event({}, LogSource(), id=f"{n:032x}", time_us=T0, agency=agency) for n, agency in enumerate("ab")]
    )
    with state.write() as conn:
        save_agency(conn, Agency("a", "A", "A"))
        hold = add_hold(conn, Hold(0, "a", "", "", 0, 0, "vụ 12", "", 0), Actor("an"), T0)
        assert isinstance(hold, Hold)
    assert expire_events(state, store, settings, T0 + 40 * DAY) == ()
    (done,) = expire_events(state, store, settings, T0 + 42 * DAY)
    assert (done.deleted, done.kept, store.count(EVERYTHING, None)) == (1, 1, 1)
    assert expire_events(state, store, settings, T0 + 43 * DAY) == ()
    with state.write() as conn:
        release_hold(conn, hold.id, "xong", Actor("an"), T0 + 43 * DAY)
    expire_events(state, store, settings, T0 + 44 * DAY)
    assert store.count(EVERYTHING, None) == 0
    with state.read() as conn:
        told = [one for one in audit.entries(conn) if one.action == "events.expire"]
        assert len(told) == 2
        assert told[-1].object == f"day:{done.day}"
        assert '"held":"1"' in told[-1].details
    store.close()
    state.close()
