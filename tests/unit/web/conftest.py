"""A filled centre for the console's tests: a real state, a real event store, real rules; and people who are signed in."""

import asyncio
import importlib.util
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from keng.auth.sessions import start_session
from keng.detect.sigma.load import load_rules
from keng.normalise.ocsf import hot_table
from keng.runtime.changes import Changes
from keng.runtime.settings import Settings
from keng.runtime.stats import Stats
from keng.state import users
from keng.state.database import State, open_state
from keng.store.chdb import ChdbStore
from keng.web.app import create_app

PROVINCE = Path(__file__).parents[2] / "browser/province.py"
GOOD_RULE = """
title: Shadow copies deleted
id: 11111111-2222-4333-8444-555555555555
status: test
level: critical
logsource: {product: windows, category: process_creation}
detection:
  sel: {Image|endswith: '\\\\vssadmin.exe'}
  condition: sel
"""


def load_province() -> ModuleType:
    spec = importlib.util.spec_from_file_location("province", PROVINCE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class FilledCentre:
    """What `web/base.py` asks of a centre."""

    def __init__(self, state: State, store: ChdbStore, rules: Path, now_us: int) -> None:
        self.state, self.store, self.now_us = state, store, now_us
        self.ruleset = load_rules([rules])
        self.settings = Settings(data_dir=rules.parent)
        zeros = {field.name: 0 for field in msgspec.structs.fields(Stats) if field.required}
        self.stats = msgspec.convert(
            zeros | {"started_us": now_us, "now_us": now_us, "pipeline_alive": True, "failure": ""}, Stats
        )
        self.changes = asyncio.run(self._changes())

    async def _changes(self) -> Changes:
        return Changes()


@pytest.fixture(scope="session")
def province() -> ModuleType:
    return load_province()


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory, province: ModuleType) -> Iterator[FilledCentre]:
    """Shared by all tests: do not rely on what is not in `province.py`."""
    folder = tmp_path_factory.mktemp("centre")
    rules = folder / "rules"
    rules.mkdir()
    (rules / "good.yml").write_text(GOOD_RULE)
    (rules / "bad.yml").write_text("title: no detection\nlogsource: {product: windows}\n")
    state, store = open_state(folder / "state.db"), ChdbStore(folder / "events", hot_table)
    now_us = time.time_ns() // 1000
    province.fill(state, store, now_us)
    yield FilledCentre(state, store, rules, now_us)
    store.close()
    state.close()


@pytest.fixture(scope="session")
def app_client(centre: FilledCentre) -> Iterator[TestClient[Any]]:
    with TestClient(create_app(centre), raise_server_exceptions=False) as client:
        yield client


class Browser:
    """One person's browser: cookies and the secret of their forms."""

    def __init__(
        self, client: TestClient[Any], centre: FilledCentre, name: str, language: str = "en"
    ) -> None:
        self.client = client
        self.cookies = {"keng_language": language}
        self.csrf = ""
        if name:
            now_us = time.time_ns() // 1000
            with centre.state.write() as conn:
                person = users.user_by_name(conn, name)
                assert person is not None
                session = start_session(conn, person, "127.0.0.1", now_us)
            self.cookies["keng_session"], self.csrf = session.id, session.csrf

    def _headers(self) -> dict[str, str]:
        return {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def get(self, path: str, **headers: str) -> Any:
        self.client.cookies.clear()
        return self.client.get(path, headers=self._headers() | headers, follow_redirects=False)

    def post(self, path: str, data: dict[str, Any] | None = None, **headers: str) -> Any:
        self.client.cookies.clear()
        form = {"csrf": self.csrf} | (data or {})
        return self.client.post(path, data=form, headers=self._headers() | headers, follow_redirects=False)


@pytest.fixture
def browser(app_client: TestClient[Any], centre: FilledCentre) -> Any:
    """browser("an.tran") is that person's browser; browser("") is nobody's."""
    return lambda name="", language="en": Browser(app_client, centre, name, language)
