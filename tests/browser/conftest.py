"""A real running centre with the filled province, its console served by uvicorn, and Debian's Chromium."""

import asyncio
import importlib.util
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from keng.detect.sigma.installed import install
from keng.runtime.centre import Centre
from keng.runtime.settings import Settings
from keng.web.app import create_app
from keng.web.assets import STATIC

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_S = 60.0


# A rule that somebody gave to the centre: what it says of itself is shown, too.
HOSTILE_RULE = """
title: 'keng-hostile-title <img src=x onerror=window.pwned=1>{{7*7}}"><svg onload=window.pwned=1>'
id: 0badc0de-0000-4000-8000-000000000001
status: test
description: '<script>window.pwned=1</script> & <b>bold</b>'
author: '<script>window.pwned=1</script>'
references: ['javascript:window.pwned=1', 'https://evil.example/"><script>window.pwned=1</script>']
falsepositives: ['<img src=x onerror=window.pwned=1>']
level: low
tags: [attack.execution]
logsource: {category: process_creation, product: windows}
detection: {selection: {CommandLine|startswith: 'keng-hostile-title '}, condition: selection}
"""


def need(present: bool, what: str) -> None:
    """Skip where something is absent; fail where CI demands it."""
    if not present and os.environ.get("KENG_TEST_REQUIRE") == "1":
        pytest.fail(what)
    if not present:
        pytest.skip(what)


@pytest.fixture(scope="session")
def province() -> ModuleType:
    spec = importlib.util.spec_from_file_location("province", Path(__file__).parent / "province.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Running:
    """The centre in a thread of its own. address: of the console."""

    def __init__(self, folder: Path, fill: Any) -> None:
        self._folder, self._fill = folder, fill
        self.address, self.centre, self.error = "", None, None
        self._up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="centre")
        self._thread.start()
        assert self._up.wait(START_S), "the centre did not start"
        if self.error is not None:
            raise self.error

    async def _run(self) -> None:
        centre = Centre(Settings(data_dir=self._folder, ingest_port=0, syslog_port=-1))
        try:
            await centre.start()
            await asyncio.to_thread(self._fill, centre.state, centre.store, time.time_ns() // 1000)
            listening = socket.create_server(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
            self._server = uvicorn.Server(
                uvicorn.Config(create_app(centre), log_level="warning", timeout_graceful_shutdown=2)
            )
            self.centre = centre
            self._up.set()
            await self._server.serve([listening])
        except BaseException as error:
            self.error = error
            self._up.set()
        finally:
            await centre.stop()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(30)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory, province: ModuleType) -> Iterator[Running]:
    need(CHROMIUM.exists(), "needs Chromium: apt-get install chromium")
    need((STATIC / "dist/manifest.json").exists(), "needs the built console: make install")
    folder = tmp_path_factory.mktemp("centre")
    rule = tmp_path_factory.mktemp("rules") / "hostile.yml"
    rule.write_text(HOSTILE_RULE)
    install(str(rule), folder, "hostile")
    centre = Running(folder, province.fill)
    yield centre
    centre.stop()


@pytest.fixture(scope="session")
def chromium(running: Running) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


class People:
    """Opens a browser window for a person. Whatever the browser complains about is in `complaints`."""

    def __init__(self, chromium: Browser, running: Running, password: str) -> None:
        self._chromium, self._running, self._password = chromium, running, password
        self._kept: dict[str, Any] = {}
        self._open: list[BrowserContext] = []
        self.complaints: list[str] = []

    def window(self, name: str = "", language: str = "en", theme: str = "light", width: int = 1280) -> Page:
        context = self._chromium.new_context(
            base_url=self._running.address,
            viewport={"width": width, "height": 800},
            storage_state=self._kept.get(name),
        )
        self._open.append(context)
        address = self._running.address
        context.add_cookies(
            [
                {"name": "keng_language", "value": language, "url": address},
                {"name": "keng_theme", "value": theme, "url": address},
            ]
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if name and name not in self._kept:
            self.sign_in(page, name)
            if not name.startswith("cntt."):  # people of the centre search: they say why once
                page.goto("/search")
                page.click("button[name=kind][value=hunt]")
                page.wait_for_load_state()
            self._kept[name] = context.storage_state()
        return page

    def sign_in(self, page: Page, name: str, password: str = "") -> None:
        page.goto("/sign-in")
        page.fill("#name", name)
        page.fill("#password", password or self._password)
        page.click("form[action='/sign-in'] button[type=submit]")
        page.wait_for_load_state()

    def close(self) -> None:
        for context in self._open:
            context.close()
        self._open.clear()


@pytest.fixture(scope="session")
def _people(chromium: Browser, running: Running, province: ModuleType) -> People:
    return People(chromium, running, province.PASSWORD)


@pytest.fixture
def people(_people: People) -> Iterator[People]:
    _people.complaints.clear()
    yield _people
    _people.close()
