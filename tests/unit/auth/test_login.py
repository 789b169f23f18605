"""Signing in, and being slowed down."""

from argon2 import PasswordHasher

from keng.auth import login as door
from keng.auth.login import Refused, login
from keng.auth.sessions import Session
from keng.model.user import SYSTEM, User
from keng.state import audit, users
from keng.state.database import State

NOW = 1_790_000_000_000_000
RIGHT = "kẻng đình làng 1945"
SECOND = 1_000_000


def fail_quickly(
    state: State, times: int, name: str = "lan", address: str = "10.0.0.9", now_us: int = NOW
) -> None:
    """Failures without the cost of hashing."""
    with state.write() as conn:
        for number in range(times):
            door._note_failure(conn, name, address, now_us + number)


def test_the_right_password_opens_and_is_logged(state: State, lan: User) -> None:
    opened = login(state, " LAN ", RIGHT, "10.0.0.9", NOW)
    assert isinstance(opened, Session) and opened.user.name == "lan"
    with state.read() as conn:
        assert audit.entries(conn)[0].action == "user.login"
        again = users.user(conn, lan.id)
    assert again is not None and again.last_login_us == NOW


def test_wrong_password_unknown_and_disabled_account_look_the_same(state: State, lan: User) -> None:
    assert login(state, "lan", "wrong", "10.0.0.9", NOW) == Refused()
    assert login(state, "nobody", RIGHT, "10.0.0.9", NOW) == Refused()
    with state.write() as conn:
        users.set_disabled(conn, lan.id, True, SYSTEM, NOW)
    assert login(state, "lan", RIGHT, "10.0.0.9", NOW) == Refused()


def test_ten_failures_in_five_minutes_make_this_address_wait_and_only_for_a_while(
    state: State, lan: User
) -> None:
    fail_quickly(state, 9)
    assert login(state, "lan", "wrong", "10.0.0.9", NOW + 9) == Refused()
    waiting = login(state, "lan", RIGHT, "10.0.0.9", NOW + SECOND)
    assert isinstance(waiting, Refused) and 290 <= waiting.wait_s <= 300
    assert isinstance(login(state, "lan", RIGHT, "10.0.0.10", NOW + SECOND), Session)
    after = NOW + waiting.wait_s * SECOND + SECOND
    assert isinstance(login(state, "lan", RIGHT, "10.0.0.9", after), Session)


def test_a_success_clears_the_failures_of_this_account_and_address(state: State, lan: User) -> None:
    fail_quickly(state, 9)
    assert isinstance(login(state, "lan", RIGHT, "10.0.0.9", NOW + 10), Session)
    fail_quickly(state, 9, now_us=NOW + 20)
    assert isinstance(login(state, "lan", RIGHT, "10.0.0.9", NOW + 40), Session)


def test_spraying_many_accounts_from_one_address_is_slowed_down(state: State, lan: User) -> None:
    for number in range(door.PER_ADDRESS):
        fail_quickly(state, 1, f"user{number}", now_us=NOW + number)
    assert login(state, "lan", RIGHT, "10.0.0.9", NOW + SECOND) != Refused()
    assert isinstance(login(state, "lan", RIGHT, "10.0.0.10", NOW + SECOND), Session)


def test_guessing_one_account_from_many_addresses_is_slowed_down(state: State, lan: User) -> None:
    for number in range(door.PER_ACCOUNT):
        fail_quickly(state, 1, address=f"10.0.1.{number}", now_us=NOW + number)
    waiting = login(state, "lan", RIGHT, "10.0.0.9", NOW + SECOND)
    assert isinstance(waiting, Refused) and waiting.wait_s > 0


def test_an_old_hash_is_renewed_at_login(state: State, lan: User) -> None:
    with state.write() as conn:
        users.renew_hash(conn, lan.id, PasswordHasher(time_cost=1, memory_cost=64).hash(RIGHT))
    assert isinstance(login(state, "lan", RIGHT, "10.0.0.9", NOW), Session)
    with state.read() as conn:
        assert "m=65536,t=3" in users.password_hash(conn, lan.id)
