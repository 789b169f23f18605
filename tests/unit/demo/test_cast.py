from pathlib import Path

import pytest

from keng.auth.passwords import verify_password
from keng.demo.cast import StageError, set_the_stage
from keng.demo.province import DemoData, read_demo
from keng.model.user import Role
from keng.resources import packs_dir
from keng.state import register, users
from keng.state.database import open_state

NOW = 1_764_000_000_000_000


def test_the_stage_has_the_register_the_people_and_tokens(tmp_path: Path) -> None:
    data = read_demo(packs_dir() / "vn" / "demo")
    assert isinstance(data, DemoData)
    state = open_state(tmp_path / "state.db")
    try:
        cast = set_the_stage(state, data, NOW, "vi")
        with state.read() as conn:
            people = users.users(conn)
            assert len(register.sources(conn)) == len(data.register.sources)
            assert register.centre_profile(conn).name_vi == data.centre.name_vi
            assert verify_password(cast.password, users.password_hash(conn, people[0].id))
            for source, token in cast.tokens.items():
                found = register.source_by_token(conn, token)
                assert found is not None
                assert found.id == source
        assert {user.role for user in people} == set(Role)
        assert set(cast.officers) == {agency.id for agency in data.register.agencies}
        assert set(cast.names) == {user.name for user in people}
        with pytest.raises(StageError):
            set_the_stage(state, data, NOW, "vi")
    finally:
        state.close()
