"""Runs a forwarder for each source, tells how it goes, and ends in good order. Exit status: 0, 1 gave up, 2 settings."""

import glob
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

from keng.formats.evtx import recognises as is_evtx
from keng.i18n import _
from keng.i18n.system_error import system_error
from keng.journal.lock import FileLock, InUseError
from keng.scan.shown import shown
from keng.send.book import Book
from keng.send.bulk import BulkTarget, TargetError
from keng.send.counts import Counts, Teller
from keng.send.drops import Drops
from keng.send.find import PACKED
from keng.send.follower import Follower
from keng.send.forwarder import Forwarder, GaveUpError
from keng.send.progress import Progress
from keng.send.sameness import head_of
from keng.send.settings import SendSettings, Source
from keng.send.spool import Spool
from keng.send.stdin import Stdin
from keng.send.target import Target


class Sending:
    """The forwarder of one source, with its own memory. Raises OSError, InUseError or TargetError."""

    def __init__(
        self, settings: SendSettings, source: Source, folder: Path, tell: Teller, once: bool
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = FileLock(folder / "lock")
        self.counts = Counts()
        self.failure = ""
        book = Book(folder)
        if book.damaged:
            tell(_("the memory was damaged and starts anew: {reason}", reason=book.damaged))
        spool = Spool(book.spool, settings.spool_max_bytes)
        host = settings.host or socket.gethostname()
        for path in (*source.paths, *source.drop):
            if path != "-" and not glob.glob(path, recursive=True):  # noqa: PTH207
                tell(_("{path}: nothing is there yet", path=shown(path)))
        paths, whole = _sorted(source.paths)
        stdin = None
        if "-" in source.paths:
            stdin = Stdin(sys.stdin.buffer, spool, self.counts, tell, once)
            paths.append(stdin.pattern)
        self._stdin = stdin
        self.forwarder = Forwarder(
            Follower(paths, book, spool, host, self.counts, tell, settings.from_end),
            Drops(
                [*source.drop, *whole],
                book,
                host,
                self.counts,
                tell,
                not settings.leave,
                settings.settle_s,
                whole,
            ),
            stdin,
            book,
            self._target(settings, source),
            self.counts,
            tell,
            once,
            settings.give_up_s if once else 0.0,
        )

    def run(self) -> None:
        """Until everything is sent or it is told to stop; `failure` says why it ended otherwise."""
        if self._stdin is not None:
            self._stdin.start()
        try:
            self.forwarder.run()
        except GaveUpError as error:
            self.failure = str(error)
        except OSError as error:
            self.failure = _(
                "the folder of the memory cannot be written: {reason}", reason=system_error(error)
            )
        except Exception as error:
            self.failure = f"{type(error).__name__}: {error}"
            raise  # the thread's end is told with its place; the status says that it failed
        finally:
            if self._stdin is not None:
                self._stdin.stop()
            self._lock.release()

    @staticmethod
    def _target(settings: SendSettings, source: Source) -> Target:
        return BulkTarget(settings.to, source.token, settings.ca, settings.certificate, settings.key)


def send(settings: SendSettings, once: bool, as_json: bool) -> int:
    """`keng send`, from its settings to its exit status."""
    progress = Progress(as_json)
    tell = Teller(progress.say)
    try:
        sendings = [
            Sending(settings, source, _folder(settings, source, number), tell, once)
            for number, source in enumerate(settings.sources)
        ]
    except (OSError, InUseError, TargetError) as error:
        print(_("Error: {reason}", reason=system_error(error)), file=sys.stderr)
        return 2
    progress.counts = [sending.counts for sending in sendings]
    threads = [threading.Thread(target=sending.run, name=f"send-{n}") for n, sending in enumerate(sendings)]
    _on_signal([sending.forwarder.stop for sending in sendings])
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(progress.EVERY_S)
            progress.show()
    failures = [sending.failure for sending in sendings if sending.failure]
    progress.finish(failures)
    return 1 if failures else 0


def _folder(settings: SendSettings, source: Source, number: int) -> Path:
    """One source: the folder itself; of several each has one of its own, by its token."""
    if len(settings.sources) == 1:
        return settings.state_dir
    return settings.state_dir / blake2b(source.token.encode(), digest_size=6, person=b"keng-send").hexdigest()


def _sorted(paths: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Paths to follow, and named files that are to be read once as a whole: EVTX and archives."""
    followed: list[str] = []
    whole: list[str] = []
    for path in paths:
        if path == "-":
            continue
        head = head_of(path) if os.path.isfile(path) else b""  # noqa: PTH113
        absolute = os.path.abspath(path)  # noqa: PTH100
        (whole if is_evtx(head) or head.startswith(PACKED) else followed).append(absolute)
    return followed, whole


def _on_signal(stops: Sequence[threading.Event]) -> None:
    def first(number: int, _frame: object) -> None:
        for stop in stops:
            stop.set()
        signal.signal(number, signal.SIG_DFL)  # a second one ends it at once

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, first)
