"""A state store with one analyst in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.servers.postgresql import postgresql

from keng.auth.passwords import hash_password
from keng.i18n import using
from keng.model.user import SYSTEM, Role, User
from keng.state.database import State, open_state
from keng.state.users import create_user

NOW = 1_790_000_000_000_000


postgres = pytest.fixture(scope="session")(postgresql)


@pytest.fixture(params=["sqlite", "postgresql"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[State]:
    """An open, empty state store on each database; reasons are in English."""
    where: Path | str = tmp_path / "state.db"
    if request.param == "postgresql":
        where = request.getfixturevalue("postgres").emptied()
    opened = open_state(where)
    with using("en"):
        yield opened
    opened.close()


@pytest.fixture
def lan(state: State) -> User:
    """The analyst lan, whose password is "kẻng đình làng 1945"."""
    with state.write() as conn:
        made = create_user(conn, "lan", Role.ANALYST, hash_password("kẻng đình làng 1945"), SYSTEM, NOW)
    assert isinstance(made, User)
    return made
