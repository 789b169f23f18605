"""Saved hunts and what they found."""

from keng.model.rejected import Rejected
from keng.model.user import Actor
from keng.state import audit, hunts
from keng.state.database import State

BY = Actor("an.tran", "10.0.0.9")
MINUTE = 60_000_000


def saved(state: State, name: str = "odd logons", every_s: int = 3600) -> hunts.Hunt:
    with state.write() as conn:
        one = hunts.save_hunt(conn, name, "user:admin", "alert:12", every_s, BY, MINUTE)
    assert isinstance(one, hunts.Hunt)
    return one


def test_a_hunt_is_saved_listed_and_logged(state: State) -> None:
    one = saved(state)
    with state.read() as conn:
        assert hunts.hunts(conn) == [one] == [hunts.hunt(conn, one.id)]
        entry = audit.entries(conn, target=f"hunt:{one.id}")[0]
    assert (entry.action, entry.actor) == ("hunt.save", "an.tran") and "user:admin" in entry.details


def test_names_are_unique_and_schedules_bounded(state: State) -> None:
    saved(state)
    with state.write() as conn:
        for name, every_s in (("odd logons", 0), ("", 0), ("x" * 121, 0), ("y", 5), ("y", 10**9)):
            assert isinstance(hunts.save_hunt(conn, name, "a", "b", every_s, BY, 1), Rejected)


def test_a_scheduled_hunt_is_due_when_its_time_has_come_and_one_by_hand_never(state: State) -> None:
    one, _by_hand = saved(state), saved(state, "by hand", 0)
    with state.write() as conn:
        assert hunts.due(conn, MINUTE) == []
        later = MINUTE + 3600 * 1_000_000
        assert [hunt.id for hunt in hunts.due(conn, later)] == [one.id]
        hunts.ran(conn, one, later, 0, (), "", later)
        assert hunts.due(conn, later) == []
        hunts.schedule(conn, one.id, 0, BY, later)
        assert hunts.due(conn, later * 100) == []


def test_what_a_run_found_waits_until_somebody_has_looked(state: State) -> None:
    one = saved(state)
    with state.write() as conn:
        hunts.ran(conn, one, 2 * MINUTE, 3, ("a", "b", "c"), "", 2 * MINUTE)
        assert hunts.unseen(conn) == {one.id: 3}
        find = hunts.finds(conn, one.id)[0]
        assert (find.from_us, find.to_us, find.count, find.samples) == (
            MINUTE,
            2 * MINUTE,
            3,
            ("a", "b", "c"),
        )
        hunts.mark_seen(conn, one.id, BY, 3 * MINUTE)
        assert hunts.unseen(conn) == {}


def test_after_an_error_the_same_time_is_searched_again(state: State) -> None:
    one = saved(state)
    with state.write() as conn:
        hunts.ran(conn, one, 2 * MINUTE, 0, (), "too heavy", 2 * MINUTE)
        again = hunts.hunt(conn, one.id)
        assert again is not None and (again.searched_us, again.error) == (MINUTE, "too heavy")
        hunts.ran(conn, again, 3 * MINUTE, 0, (), "", 3 * MINUTE)
        well = hunts.hunt(conn, one.id)
        assert well is not None and (well.searched_us, well.error) == (3 * MINUTE, "")


def test_old_finds_go_and_a_deleted_hunt_takes_its_finds_along(state: State) -> None:
    one = saved(state)
    with state.write() as conn:
        for n in range(hunts.KEPT_FINDS + 5):
            hunts.ran(conn, one, MINUTE + n, 1, (), "", MINUTE + n)
        assert len(hunts.finds(conn, one.id, 1000)) == hunts.KEPT_FINDS
        hunts.became_rule(conn, one.id, "some-rule", BY, 1)
        assert hunts.hunts(conn)[0].rule_id == "some-rule"
        hunts.delete_hunt(conn, one.id, BY, 1)
        assert hunts.hunts(conn) == [] and hunts.finds(conn, one.id) == []
