"""What people chose."""

import pytest

from keng.model.user import SYSTEM, Role
from keng.state import users
from keng.state.database import State
from keng.state.preferences import MAX_BYTES, preference, set_preference


def test_a_choice_is_remembered_per_person_changed_and_forgotten(state: State) -> None:
    with state.write() as conn:
        one, two = (users.create_user(conn, name, Role.ANALYST, "x", SYSTEM, 1) for name in ("a", "b"))
        assert not hasattr(one, "reason") and not hasattr(two, "reason")
        set_preference(conn, one.id, "columns", ["host", "user"])  # type: ignore[union-attr]
        set_preference(conn, two.id, "columns", ["domain"])  # type: ignore[union-attr]
        set_preference(conn, one.id, "columns", ["user"])  # type: ignore[union-attr]
        assert preference(conn, one.id, "columns") == ["user"]  # type: ignore[union-attr]
        assert preference(conn, two.id, "columns") == ["domain"]  # type: ignore[union-attr]
        set_preference(conn, one.id, "columns", None)  # type: ignore[union-attr]
        assert preference(conn, one.id, "columns") is None  # type: ignore[union-attr]


def test_a_choice_is_bounded(state: State) -> None:
    with state.write() as conn, pytest.raises(ValueError, match="too large"):
        set_preference(conn, 1, "columns", "x" * MAX_BYTES)
