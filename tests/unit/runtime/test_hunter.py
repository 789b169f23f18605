"""Saved hunts run on a real store: what arrived since the last look, once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from keng.model.event import Event, LogSource
from keng.model.user import Actor
from keng.normalise.ocsf import hot_table
from keng.runtime.hunter import LATE_US, Hunter, run_hunt
from keng.state import audit, hunts
from keng.state.database import State, open_state
from keng.store.chdb import ChdbStore

NOW = 1_790_000_000_000_000
MINUTE = 60_000_000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChdbStore]:
    store = ChdbStore(tmp_path_factory.mktemp("hunts") / "events", hot_table)
    store.insert([event(n) for n in range(10)])
    yield store
    store.close()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = open_state(tmp_path / "state.db")
    yield state
    state.close()


def event(minute: int) -> Event:
    """Received `minute` minutes after NOW, an hour after it happened."""
    at = NOW + minute * MINUTE
    return Event(
        {"User": "admin"},
        LogSource(),
        at - 60 * MINUTE,
        "dc01",
        "test",
        "",
        f"{minute:032x}",
        "bv",
        "s",
        at,
        minute,
    )


def saved(state: State, query: str = "user:admin", every_s: int = 300) -> hunts.Hunt:
    with state.write() as conn:
        one = hunts.save_hunt(conn, "hunt", query, "hunt: odd", every_s, Actor("an"), NOW)
    assert isinstance(one, hunts.Hunt)
    return one


def test_each_run_finds_what_arrived_since_the_one_before_and_nothing_twice(
    state: State, store: ChdbStore
) -> None:
    saved(state)
    now = [NOW + 5 * MINUTE + LATE_US]
    hunter = Hunter(state, store, lambda: now[0], lambda: 0)
    assert hunter.look() == 1 and hunter.look() == 0
    now[0] += 5 * MINUTE
    assert hunter.look() == 1
    with state.read() as conn:
        found = hunts.finds(conn, 1)
        assert [one.count for one in found] == [5, 5]
        assert found[1].samples[0] == f"{4:032x}", "the newest first"
        assert hunts.unseen(conn) == {1: 10}
        assert audit.entries(conn, target="hunt:1")[0].action == "hunt.find"


def test_what_is_received_but_not_stored_yet_belongs_to_a_later_run(state: State, store: ChdbStore) -> None:
    now = NOW + 30 * MINUTE
    assert Hunter(state, store, lambda: now, lambda: 0).stored_until() == now - LATE_US
    assert Hunter(state, store, lambda: now, lambda: 7).stored_until() == NOW + 9 * MINUTE - LATE_US


def test_a_hunt_that_fails_says_why_and_looks_again(state: State, store: ChdbStore) -> None:
    one = saved(state, "user:(", 0)
    assert run_hunt(state, store, one, NOW + 9 * MINUTE, NOW + 9 * MINUTE) == 0
    with state.read() as conn:
        after = hunts.hunt(conn, one.id)
    assert after is not None and after.error and after.searched_us == NOW


def test_a_hunt_that_was_deleted_while_it_ran_leaves_nothing(state: State, store: ChdbStore) -> None:
    one = saved(state)
    with state.write() as conn:
        hunts.delete_hunt(conn, one.id, Actor("an"), NOW)
    assert run_hunt(state, store, one, NOW + 9 * MINUTE, NOW + 9 * MINUTE) == 0
    with state.read() as conn:
        assert hunts.unseen(conn) == {}
