from pathlib import Path

from keng.model.agency import Agency, InformationSystem, LogSourceEntry
from keng.runtime.levels import FRESH_S, Levels
from keng.state.database import open_state
from keng.state.register import save_agency, save_source, save_system


def test_a_source_has_the_level_of_its_system_and_a_change_is_seen_soon(tmp_path: Path) -> None:
    state = open_state(tmp_path / "state.db")
    now = [0.0]
    levels = Levels(state, lambda: now[0])
    with state.write() as conn:
        save_agency(conn, Agency("bvdk", "Bệnh viện", "Hospital"))
        save_system(conn, InformationSystem("his", "bvdk", "HIS", "HIS", 3))
        save_source(conn, LogSourceEntry("bvdk-win", "bvdk", "Windows", system="his"))
        save_source(conn, LogSourceEntry("bvdk-fw", "bvdk", "Firewall"))
    assert [levels(one) for one in ("bvdk-win", "bvdk-fw", "never-heard-of")] == [3, 0, 0]
    with state.write() as conn:
        save_system(conn, InformationSystem("his", "bvdk", "HIS", "HIS", 4))
    assert levels("bvdk-win") == 3
    now[0] += FRESH_S
    assert levels("bvdk-win") == 4
    state.close()
