"""Files and folders of this machine that the centre itself follows: `keng send` without the network.

The same code as the forwarder's, in a thread for each `[[watch]]` of the settings; what it reads goes into the journal, and
its memory lies in DATA/watch.
"""

import asyncio
import concurrent.futures
import socket
import threading
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import structlog

from keng.collect.ports import Outcome, Sender
from keng.collect.split import split
from keng.i18n import _
from keng.runtime.reception import Reception
from keng.runtime.settings import Watch
from keng.send.book import Book
from keng.send.counts import Counts, Teller
from keng.send.drops import Drops
from keng.send.feed import Parcel
from keng.send.follower import Follower
from keng.send.forwarder import Forwarder
from keng.send.spool import Spool
from keng.send.target import Delivered, Later
from keng.state import register
from keng.state.database import State

TRANSPORT = "file"
ANSWER_S = 60.0
SPOOL_BYTES = 1 << 30
RESTART_S = 10.0
_log = structlog.get_logger("keng.runtime.watching")


class JournalTarget:
    """Takes parcels of one log source into the centre's journal. Called in the forwarder's thread."""

    def __init__(
        self, source: str, reception: Reception, state: State, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._source = source
        self._reception = reception
        self._state = state
        self._loop = loop

    def deliver(self, parcels: Sequence[Parcel]) -> Delivered | Later:
        """Durable in the journal, or later."""
        with self._state.read() as conn:
            source = register.source(conn, self._source)
        if source is None or not source.enabled:
            return Later(
                _("the register has no enabled log source “{source}”", source=self._source), denied=True
            )
        batches = split(
            Sender(source.id, source.agency),
            TRANSPORT,
            "",
            self._reception.now_us(),
            [one.document for one in parcels],
            [f"/{one.id}" for one in parcels],
        )
        taking = asyncio.run_coroutine_threadsafe(self._reception.take(batches), self._loop)
        try:
            outcome = taking.result(ANSWER_S)
        except (concurrent.futures.TimeoutError, concurrent.futures.CancelledError):
            # Not known: the same ids are sent again.
            taking.cancel()
            return Later(_("the journal does not answer"))
        if outcome is Outcome.TAKEN:
            return Delivered()
        return Later(_("the journal takes nothing at the moment"), 1.0)

    def close(self) -> None:
        """Nothing is held."""


class Watching:
    """start() and stop(), which blocks until what was read stands in the memory."""

    def __init__(
        self,
        watches: Sequence[Watch],
        folder: Path,
        reception: Reception,
        state: State,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._stop = threading.Event()
        self._folder = folder
        self._threads = [
            threading.Thread(
                target=self._run,
                args=(watch, JournalTarget(watch.source, reception, state, loop)),
                name=f"watch-{watch.source}",
            )
            for watch in watches
        ]

    def start(self) -> None:
        """Begin to follow."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop following."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, watch: Watch, target: JournalTarget) -> None:
        while not self._stop.is_set():
            try:
                self._forwarder(watch, target).run()
            except Exception:
                # A disk that refuses, a register that is away: what did not arrive is read again.
                _log.exception("following files failed and begins again", source=watch.source)
                self._stop.wait(RESTART_S)

    def _forwarder(self, watch: Watch, target: JournalTarget) -> Forwarder:
        book = Book(self._folder / blake2b(watch.source.encode(), digest_size=8).hexdigest())
        counts, host = Counts(), socket.gethostname()
        tell = Teller(lambda text: _log.warning("watch", source=watch.source, told=text))
        follower = Follower(_absolute(watch.paths), book, Spool(book.spool, SPOOL_BYTES), host, counts, tell)
        drops = Drops(_absolute(watch.drop), book, host, counts, tell, not watch.leave)
        forwarder = Forwarder(follower, drops, None, book, target, counts, tell)
        forwarder.stop = self._stop
        return forwarder


def _absolute(paths: Sequence[str]) -> list[str]:
    return [str(Path(path).expanduser().absolute()) for path in paths]
