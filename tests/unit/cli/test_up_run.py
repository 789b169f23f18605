import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from keng.cli.up_run import tell
from keng.i18n import using
from keng.model.agency import Agency, LogSourceEntry, Register
from keng.model.user import SYSTEM, Role
from keng.runtime.serving import Running
from keng.runtime.settings import Settings
from keng.state.database import open_state
from keng.state.register import load_register
from keng.state.users import create_user


def test_the_next_step_follows_what_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = open_state(tmp_path / "state.db")
    none = SimpleNamespace(syslog_tls_port=-1, lines_port=-1, netflow_port=-1)
    centre: Any = SimpleNamespace(state=state, settings=Settings(data_dir=tmp_path), listeners=none)
    running = Running(centre, "http://127.0.0.1:1", "http://127.0.0.1:2", "", asyncio.Event())

    def told() -> str:
        with using("en"):
            asyncio.run(tell(running))
        return capsys.readouterr().out

    first = told()
    assert "keng admin create" in first
    assert "keng register load" in first
    assert "Syslog" not in first
    with state.write() as conn:
        create_user(conn, "lan", Role.ADMIN, "hash", SYSTEM, 1)
        load_register(conn, Register((Agency("a", "A", "A"),), (), (LogSourceEntry("s", "a", "S"),)), 1)
    assert told().endswith("Sign in at http://127.0.0.1:1\n")
    state.close()


def test_every_listener_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = open_state(tmp_path / "state.db")
    ports = SimpleNamespace(syslog_tls_port=6514, lines_port=5515, netflow_port=2055)
    settings = Settings(data_dir=tmp_path, syslog_host="10.0.0.5", lines_sockets=("/run/keng/eve.sock",))
    centre: Any = SimpleNamespace(state=state, settings=settings, listeners=ports)
    with using("en"):
        asyncio.run(tell(Running(centre, "c", "i", "10.0.0.5:5514", asyncio.Event())))
    out = capsys.readouterr().out
    for place in ("10.0.0.5:6514", "10.0.0.5:5515", "10.0.0.5:2055", "/run/keng/eve.sock"):
        assert place in out
    state.close()
