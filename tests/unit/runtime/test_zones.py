"""Where the clock of a log source hangs."""

from pathlib import Path

import msgspec

from keng.model.agency import Agency, CentreProfile, LogSourceEntry
from keng.model.time_zone import time_zone
from keng.runtime.zones import FRESH_S, Zones
from keng.state.database import open_state
from keng.state.register import save_agency, save_centre_profile, save_source


def test_a_source_has_its_own_zone_else_the_centres_and_a_change_is_seen_soon(tmp_path: Path) -> None:
    state = open_state(tmp_path / "state.db")
    now = [0.0]
    zones = Zones(state, lambda: now[0])
    with state.write() as conn:
        save_agency(conn, Agency("bv", "Bệnh viện", "Hospital"))
        save_source(conn, LogSourceEntry("bv-fw", "bv", "FW", time_zone="UTC"))
        save_source(conn, LogSourceEntry("bv-odd", "bv", "Odd", time_zone="Mars/Phobos"))
        save_source(conn, LogSourceEntry("bv-web", "bv", "Web"))
    here = time_zone("Asia/Ho_Chi_Minh")
    assert [zones(one) for one in ("bv-fw", "bv-odd", "bv-web", "unknown")] == [
        time_zone("UTC"),
        here,
        here,
        here,
    ]
    with state.write() as conn:
        save_source(conn, LogSourceEntry("bv-fw", "bv", "FW", time_zone="+09:00"))
        save_centre_profile(conn, msgspec.structs.replace(CentreProfile(), timezone="Europe/Berlin"))
    assert zones("bv-fw") == time_zone("UTC")
    now[0] += FRESH_S
    assert zones("bv-fw") == time_zone("+09:00")
    assert zones("bv-web") == time_zone("Europe/Berlin")
    state.close()
