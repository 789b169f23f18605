"""`keng up --demo`: a centre with a fresh demo province, attacked before your eyes. Everything in it is invented.

The traffic goes through the real receivers with the real protocols; the people work through the real console.
"""

import asyncio
import logging
import shutil
import signal
import sys
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from rich.console import Console

from keng.demo.browser import ConsoleError
from keng.demo.cast import Cast, set_the_stage
from keng.demo.dispatch import Dispatch, Targets
from keng.demo.generate import Generator
from keng.demo.intro import introduce
from keng.demo.news import News
from keng.demo.province import DemoData, read_demo
from keng.demo.screen import Screen, decimal, number
from keng.demo.stage import prepare_stage
from keng.demo.story import Story, Told
from keng.demo.summary import Summary, tell_summary
from keng.demo.tally import Tally
from keng.demo.traffic import Traffic
from keng.i18n import _, language
from keng.model.rejected import Rejected
from keng.model.severity import Severity
from keng.resources import packs_dir
from keng.runtime.logs import configure
from keng.runtime.serving import Running, serve
from keng.runtime.settings import Settings
from keng.web.app import create_app

RATE = 500.0
HISTORY_RECORDS = 15_000
SEED = 20_261_124
CATCH_UP_S = 20.0
_TURN_S = 0.1


class DemoOptions(msgspec.Struct, frozen=True):
    """rate: ordinary records a second in the busy hour. duration_s: end by itself after so long (0: never).

    summary: print a summary as JSON on standard output at the end; everything else then goes to standard error.
    """

    rate: float = RATE
    duration_s: float = 0.0
    history: int = HISTORY_RECORDS
    seed: int = SEED
    summary: bool = False


def run_demo(settings: Settings, options: DemoOptions | None = None) -> int:
    """Play until Ctrl-C (or for `duration_s`); the exit status. The data folder must be new: see `demo/stage.py`."""
    options = options or DemoOptions()
    data = read_demo(packs_dir() / "vn" / "demo")
    if isinstance(data, Rejected):
        print(_("Error: {reason}", reason=f"{data.position}: {data.reason}"), file=sys.stderr)
        return 2
    stage = prepare_stage(settings)
    if isinstance(stage, Rejected):
        print(_("Error: {reason}", reason=stage.reason), file=sys.stderr)
        return 2
    _log_to(stage.settings.data_dir / "keng.log")
    screen = Screen(Console(stderr=options.summary))
    demo = Demo(data, options, screen)
    try:
        with screen:
            status = uvloop.run(serve(stage.settings, create_app, demo.play))
        if demo.summary is not None:
            tell_summary(demo.summary, screen, options.summary)
    finally:
        if stage.temporary:
            shutil.rmtree(stage.settings.data_dir, ignore_errors=True)
    return status


async def _caught_up(running: Running) -> None:
    """Wait until the centre has worked on all that it received, at most CATCH_UP_S."""
    for _turn in range(int(CATCH_UP_S / _TURN_S)):
        if not running.centre.stats.waiting:
            return
        await asyncio.sleep(_TURN_S)


def _log_to(path: Path) -> None:
    """The centre's own log goes to a file: the terminal belongs to the demo."""
    configure("warning")
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(path.open("a", encoding="utf-8"))


class Demo:
    """One performance. play() is what `serve` awaits beside the serving."""

    def __init__(self, data: DemoData, options: DemoOptions, screen: Screen) -> None:
        self._data = data
        self._options = options
        self._screen = screen
        self._agencies = {agency.id: agency.name(language()) for agency in data.register.agencies}
        self._tally = Tally()
        self._told = Told(screen.say)
        self._news = News(screen, self._agencies, Severity.MEDIUM, self._told)
        self.summary: Summary | None = None

    async def play(self, running: Running) -> None:
        """Set the stage, introduce, then everything at once until told to stop."""
        started = time.monotonic()
        # A closed terminal ends the demo like Ctrl-C, so that its folder does not stay behind.
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, running.stop.set)
        now_us = time.time_ns() // 1000
        cast = await asyncio.to_thread(set_the_stage, running.centre.state, self._data, now_us, language())
        introduce(self._screen, self._data, cast, running)
        over = asyncio.Event()
        try:
            async with asyncio.TaskGroup() as group:
                aside = [group.create_task(part) for part in self._asides(running, cast)]
                if self._options.duration_s:
                    asyncio.get_running_loop().call_later(self._options.duration_s, over.set)
                await self._traffic(running, cast, over)
                await _caught_up(running)
                for task in aside:
                    task.cancel()
        finally:
            self.summary = Summary.of(running.centre.stats, self._tally, self._news, self._told, started)
        running.stop.set()

    def _asides(self, running: Running, cast: Cast) -> list[Coroutine[Any, Any, None]]:
        return [
            self._news.tell_alerts(running.centre.changes),
            self._news.tell_figures(lambda: running.centre.stats, self._tally),
            self._story(running, cast),
        ]

    async def _traffic(self, running: Running, cast: Cast, stop: asyncio.Event) -> None:
        host, _colon, port = running.syslog.rpartition(":")
        targets = Targets(running.ingest_url, host, int(port or 0))
        options = self._options
        generator = Generator(self._data.province, options.seed, options.rate)
        async with Dispatch(targets, cast.tokens, self._tally) as dispatch:
            traffic = Traffic(generator, dispatch, options.rate, self._phase)
            began = time.monotonic()
            records = await traffic.history(options.history, stop)
            seconds = time.monotonic() - began
            what = _("The last hour: {n} records in {s} s", n=number(records), s=decimal(seconds))
            self._screen.say("●", "dim", what)
            await traffic.live(stop)

    async def _story(self, running: Running, cast: Cast) -> None:
        hosts = {host.name: host.agency for host in self._data.province.hosts}
        hit = dict.fromkeys(hosts[step.host] for step in self._data.province.scenario.campaign)
        try:
            await Story(running.console_url, cast, self._agencies, hit, self._told).play()
        except* ConsoleError as problems:
            for problem in problems.exceptions:
                self._told.stuck = str(problem)
                self._screen.say("!", "bold red", _("The demo's people are stuck"), str(problem))

    def _phase(self, phase: str) -> None:
        text = self._data.province.scenario.phases[phase].of(language())
        self._screen.say("●", "bold yellow", _("Attack (scenario): {what}", what=text))
