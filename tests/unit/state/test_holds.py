from collections.abc import Iterator
from pathlib import Path

import pytest

from keng.model.agency import Agency, InformationSystem, LogSourceEntry
from keng.model.hold import Held, Hold
from keng.model.rejected import Rejected
from keng.model.user import Actor
from keng.state import audit
from keng.state.database import State, open_state
from keng.state.holds import add_hold, held, hold, holds, release_hold
from keng.state.register import save_agency, save_source, save_system

BY = Actor("an.nv")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = open_state(tmp_path / "state.db")
    with state.write() as conn:
        save_agency(conn, Agency("bvdk", "Bệnh viện", "Hospital"))
        save_system(conn, InformationSystem("his", "bvdk", "HIS", "HIS", 3))
        save_source(conn, LogSourceEntry("bvdk-win", "bvdk", "Windows", system="his"))
        save_source(conn, LogSourceEntry("bvdk-fw", "bvdk", "Firewall"))
    yield state
    state.close()


def wanted(**more: str | int) -> Hold:
    values = {"id": 0, "agency": "", "system": "", "source": "", "from_us": 0, "to_us": 0, "reason": "vụ 12"}
    return Hold(**(values | {"by": "", "created_us": 0} | more))  # type: ignore[arg-type]


def test_a_hold_is_in_force_until_it_is_released_and_both_are_in_the_audit_log(state: State) -> None:
    with state.write() as conn:
        kept = add_hold(conn, wanted(agency="bvdk"), BY, 5)
        assert isinstance(kept, Hold)
        assert (kept.id, kept.by, kept.created_us) == (1, "an.nv", 5)
        assert holds(conn) == [kept]
        assert held(conn) == (Held("bvdk", None, 0, 0),)
    with state.write() as conn:
        released = release_hold(conn, 1, "kết thúc điều tra", BY, 9)
        assert isinstance(released, Hold)
        assert hold(conn, 1) == released
        assert (holds(conn), holds(conn, released=True), held(conn)) == ([], [released], ())
        assert [one.action for one in audit.entries(conn)] == ["hold.release", "hold.add"]
        assert audit.verify(conn) is None


def test_a_system_means_its_sources(state: State) -> None:
    with state.write() as conn:
        add_hold(conn, wanted(system="his", from_us=3, to_us=7), BY, 1)
        add_hold(conn, wanted(system="his", source="bvdk-fw"), BY, 1)
        assert held(conn) == (Held("", ("bvdk-win",), 3, 7), Held("", (), 0, 0))


@pytest.mark.parametrize(
    ("more", "position"),
    [
        ({"reason": " "}, "reason"),
        ({"agency": "bvkd"}, "agency"),
        ({"system": "hiss"}, "system"),
        ({"source": "x"}, "source"),
        ({"from_us": 5, "to_us": 5}, "to"),
    ],
)
def test_a_hold_that_would_hold_nothing_is_refused(state: State, more: dict[str, str], position: str) -> None:
    with state.write() as conn:
        refused = add_hold(conn, wanted(**more), BY, 1)
        assert isinstance(refused, Rejected)
        assert refused.position == position
        assert holds(conn, released=True) == []


def test_releasing_twice_or_without_a_reason_or_nothing_is_refused(state: State) -> None:
    with state.write() as conn:
        add_hold(conn, wanted(), BY, 1)
        assert isinstance(release_hold(conn, 1, " ", BY, 2), Rejected)
        assert isinstance(release_hold(conn, 2, "x", BY, 2), Rejected)
        release_hold(conn, 1, "x", BY, 2)
        assert isinstance(release_hold(conn, 1, "x", BY, 3), Rejected)
