"""Accounts."""

import pytest

from keng.model.rejected import Rejected
from keng.model.user import SYSTEM, Role, User
from keng.state import audit, users
from keng.state.database import State

NOW = 1_790_000_000_000_000


def test_an_account_is_made_and_found_in_any_case(state: State, province: object) -> None:
    with state.write() as conn:
        made = users.create_user(conn, " An.NV ", Role.AGENCY, "h", SYSTEM, NOW, agency_id="bv")
        assert isinstance(made, User)
        assert (made.name, made.agencies) == ("an.nv", frozenset({"bv"}))
        assert users.user_by_name(conn, "AN.nv") == users.user(conn, made.id) == made
        assert users.password_hash(conn, made.id) == "h"
        assert users.users(conn, "so") == []
        assert [entry.action for entry in audit.entries(conn)] == ["user.create"]


@pytest.mark.parametrize(
    ("name", "role", "agency"),
    [
        ("", Role.ADMIN, ""),
        ("ông", Role.ADMIN, ""),
        ("a b", Role.ADMIN, ""),
        ("x" * 65, Role.ADMIN, ""),
        ("taken", Role.ADMIN, ""),
        ("lan", Role.AGENCY, ""),
        ("lan", Role.ANALYST, "bv"),
        ("lan", Role.AGENCY, "nobody"),
    ],
)
def test_a_wrong_account_is_refused(
    state: State, province: object, name: str, role: Role, agency: str
) -> None:
    with state.write() as conn:
        users.create_user(conn, "taken", Role.HEAD, "h", SYSTEM, NOW)
        refused = users.create_user(conn, name, role, "h", SYSTEM, NOW, agency_id=agency)
        assert isinstance(refused, Rejected)
        assert users.count_users(conn) == 1


def test_the_last_administrator_cannot_be_disabled(state: State) -> None:
    with state.write() as conn:
        one = users.create_user(conn, "one", Role.ADMIN, "h", SYSTEM, NOW)
        assert isinstance(one, User)
        assert isinstance(users.set_disabled(conn, one.id, True, SYSTEM, NOW), Rejected)
        users.create_user(conn, "two", Role.ADMIN, "h", SYSTEM, NOW)
        disabled = users.set_disabled(conn, one.id, True, SYSTEM, NOW)
        assert isinstance(disabled, User) and disabled.disabled
        assert len(users.active_with(conn, (Role.ADMIN,))) == 1
        enabled = users.set_disabled(conn, one.id, False, SYSTEM, NOW)
        assert isinstance(enabled, User) and not enabled.disabled
        assert isinstance(users.set_disabled(conn, 99, True, SYSTEM, NOW), Rejected)
