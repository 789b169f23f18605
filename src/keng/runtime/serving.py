"""One process that serves a centre and its console until it is told to stop; SIGHUP reads the rules again."""

import asyncio
import gc
import resource
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import structlog

from keng.i18n import _
from keng.journal.lock import InUseError
from keng.runtime.centre import Centre
from keng.runtime.data_folder import DataFolderError
from keng.runtime.http_server import HttpServer, PortError, bind
from keng.runtime.settings import Settings
from keng.state.database import StateError
from keng.store.errors import StoreError

EXPECTED = (DataFolderError, PortError, InUseError, StateError, StoreError, OSError)
MAX_FILES = 65_536
_log = structlog.get_logger("keng.runtime.serving")


class Running(msgspec.Struct, frozen=True):
    """A centre that serves. Addresses as a person types them; stop ends the process in good order."""

    centre: Centre
    console_url: str
    ingest_url: str
    syslog: str
    stop: asyncio.Event


Make = Callable[[Centre], Any]
Ready = Callable[[Running], Awaitable[None]]


async def serve(settings: Settings, make_console: Make, on_ready: Ready, centre: Centre | None = None) -> int:
    """Serve until SIGTERM, SIGINT or `Running.stop`; the exit status: 0, or 1 if it could not start or go on.

    make_console: the console's ASGI application. on_ready: awaited beside the serving once all is up; cancelled
    at the end. A reason not to start goes to standard error, in the language of the person.
    """
    _allow_many_connections()
    centre = centre or Centre(settings)
    sock: socket.socket | None = None
    try:
        sock = bind(settings.host, settings.port, "--port")
        await centre.start()
    except EXPECTED as error:
        if sock is not None:
            sock.close()
        print(_("Error: {reason}", reason=_words(error)), file=sys.stderr)
        return 1
    _spare_the_collector()
    console = HttpServer(make_console(centre), sock, settings.tls_certificate, settings.tls_key)
    stop = asyncio.Event()
    reloads: set[asyncio.Task[None]] = set()
    _listen_to_signals(stop, lambda: _reload(centre, reloads))
    try:
        await console.start()
        scheme = "https" if settings.tls_certificate else "http"
        running = Running(
            centre,
            _url(scheme, settings.host, console.port),
            _url(scheme, settings.ingest_host, centre.ingest_port),
            f"{settings.syslog_host}:{centre.syslog_port}" if centre.syslog_port > 0 else "",
            stop,
        )
        return await _until_stopped(running, on_ready)
    except EXPECTED as error:
        print(_("Error: {reason}", reason=_words(error)), file=sys.stderr)
        return 1
    finally:
        await console.stop()
        await centre.stop()


async def _until_stopped(running: Running, on_ready: Ready) -> int:
    loop = asyncio.get_running_loop()
    guest = loop.create_task(_run(on_ready, running), name="on_ready")
    waits = [
        loop.create_task(running.stop.wait(), name="stop"),
        loop.create_task(running.centre.tasks.failed.wait(), name="failed"),
    ]
    try:
        done, _waiting = await asyncio.wait([guest, *waits], return_when=asyncio.FIRST_COMPLETED)
        if guest in done and not (waits[0].done() or waits[1].done()):
            guest.result()
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (guest, *waits):
            task.cancel()
        await asyncio.gather(guest, *waits, return_exceptions=True)
    if running.centre.tasks.failed.is_set():
        reason = running.centre.tasks.reason
        print(_("Error: the centre cannot go on: {reason}", reason=reason), file=sys.stderr)
        return 1
    return 0


async def _run(on_ready: Ready, running: Running) -> None:
    await on_ready(running)


def _listen_to_signals(stop: asyncio.Event, reload: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()

    def first(number: signal.Signals) -> None:
        _log.info("stopping", signal=number.name)
        stop.set()
        # A second Ctrl-C ends it at once, the default way.
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, first, number)
    loop.add_signal_handler(signal.SIGHUP, reload)


def _reload(centre: Centre, running: set[asyncio.Task[None]]) -> None:
    async def reload() -> None:
        try:
            ruleset = await centre.reload_rules()
        except Exception:
            # Whatever is wrong with the new rules, the old ones go on.
            _log.exception("rules could not be read again; the old ones go on")
            return
        _spare_the_collector()
        _log.info("rules read again", rules=len(ruleset.info))

    task = asyncio.get_running_loop().create_task(reload(), name="reload")
    running.add(task)
    task.add_done_callback(running.discard)


def _spare_the_collector() -> None:
    """Rules are many small objects that live to the end, and events hold no cycles: collect seldom, and not these."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _allow_many_connections() -> None:
    """Services start with 1,024 open files, fewer than senders of a province may keep connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _words(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or str(error)


def _url(scheme: str, host: str, port: int) -> str:
    shown = "127.0.0.1" if host in ("0.0.0.0", "") else host  # noqa: S104
    return f"{scheme}://[{shown}]:{port}" if ":" in shown else f"{scheme}://{shown}:{port}"
