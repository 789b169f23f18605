"""Sessions live and die."""

from sqlalchemy import select

from keng.auth import sessions
from keng.model.user import SYSTEM, User
from keng.state import users
from keng.state.database import State
from keng.state.tables.users import session as table

NOW = 1_790_000_000_000_000


def start(state: State, user: User, now_us: int = NOW, old_id: str = "") -> sessions.Session:
    with state.write() as conn:
        return sessions.start_session(conn, user, "10.0.0.9", now_us, old_id)


def alive(state: State, one: sessions.Session, now_us: int = NOW) -> bool:
    with state.read() as conn:
        return sessions.session(conn, one.id, now_us) is not None


def test_the_id_is_random_and_only_its_hash_is_kept(state: State, lan: User) -> None:
    one, two = start(state, lan), start(state, lan)
    assert one.id != two.id and one.csrf != two.csrf
    with state.read() as conn:
        assert one.id not in str(conn.execute(select(table)).all())
        assert sessions.session(conn, one.id, NOW) == one
        for wrong in ("", "x", one.id + "x", "a" * 100_000, "\udcff"):
            assert sessions.session(conn, wrong, NOW) is None


def test_a_login_ends_the_old_session(state: State, lan: User) -> None:
    old = start(state, lan)
    new = start(state, lan, old_id=old.id)
    assert (alive(state, old), alive(state, new)) == (False, True)


def test_it_ends_when_idle_and_at_the_latest_after_its_limit(state: State, lan: User) -> None:
    one = start(state, lan)
    assert alive(state, one, NOW + sessions.IDLE_US)
    assert not alive(state, one, NOW + sessions.IDLE_US + 1)
    for step in range(1, 13):
        later = NOW + step * sessions.IDLE_US - step
        if alive(state, one, later):
            with state.write() as conn:
                sessions.touch(conn, one.id, later)
    assert not alive(state, one, NOW + sessions.ABSOLUTE_US + 1)
    with state.write() as conn:
        assert sessions.forget_ended(conn, NOW + sessions.ABSOLUTE_US + 1) == 1


def test_touching_is_due_at_most_once_a_minute(state: State, lan: User) -> None:
    one = start(state, lan)
    assert not sessions.needs_touch(one, NOW + sessions.TOUCH_US - 1)
    assert sessions.needs_touch(one, NOW + sessions.TOUCH_US)


def test_logout_new_password_and_disabling_end_it_at_once(state: State, lan: User) -> None:
    one = start(state, lan)
    with state.write() as conn:
        sessions.end_session(conn, one, "10.0.0.9", NOW)
    assert not alive(state, one)
    two, three = start(state, lan), start(state, lan)
    with state.write() as conn:
        users.set_password(conn, lan.id, "other hash", SYSTEM, NOW)
    assert not alive(state, two) and not alive(state, three)
    four = start(state, lan)
    with state.write() as conn:
        users.set_disabled(conn, lan.id, True, SYSTEM, NOW)
    assert not alive(state, four)
    with state.write() as conn:
        users.set_disabled(conn, lan.id, False, SYSTEM, NOW)
    assert not alive(state, four)
