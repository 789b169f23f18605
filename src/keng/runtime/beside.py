"""The centre's end of the process that works on slices beside it, so that two processors work on one stream."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection

import msgspec
import structlog

from keng.journal.base import Packed
from keng.runtime.evaluated import READY, Ask, Evaluated, Start, Trouble, answer_decoder, ask_encoder
from keng.runtime.settings import Settings

PATIENCE_S = 120.0
TRIES = 2
END_S = 5.0
PAUSE_S = 10.0  # before one that could not begin is started anew
_log = structlog.get_logger("keng.runtime.beside")


class BesideError(Exception):
    """The process cannot work on this slice; the text says why."""


def beside(settings: Settings) -> "Beside | None":
    """A process beside this one, where there is a second processor and the journal lies in this machine's files."""
    if len(os.sched_getaffinity(0)) < 2 or settings.journal_url or settings.store_url:
        return None
    return Beside(settings)


class Beside:
    """Several threads may call evaluate(). rules: content hash of the rules to run, set by the pipeline."""

    def __init__(self, settings: Settings) -> None:
        self._start = Start(
            str(settings.data_dir),
            tuple(map(str, settings.rules)),
            str(settings.state_place),
            settings.log_level,
        )
        self.rules = ""
        self.restarts = -1
        self._lock = threading.Lock()
        self._closed = False
        self._ready = False
        self._not_before = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._link: Connection[bytes, bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the process; 0 while there is none."""
        process = self._process
        return process.pid if process is not None else 0

    def start(self) -> None:
        """Begin to load the rules, so that the first slice need not wait. Raises OSError."""
        with self._lock:
            self._ensure()

    @property
    def ready(self) -> bool:
        """Whether a slice would be worked on at once; one that has died is started anew meanwhile."""
        if not self._ready and time.monotonic() >= self._not_before and self._lock.acquire(blocking=False):
            try:
                self._greet(0.0)
            except (OSError, EOFError) as error:
                _log.error("the process beside could not begin", reason=str(error))
                self._end()
                self._not_before = time.monotonic() + PAUSE_S
            finally:
                self._lock.release()
        return self._ready

    def evaluate(self, entries: Sequence[Packed], marks: bytes = b"") -> Evaluated:
        """What follows from the entries, by the rules of this moment. A process that has died is started anew.

        Raises BesideError when that does not help.
        """
        with self._lock:
            message = ask_encoder.encode(Ask(self.rules, list(entries), marks))
            reason = ""
            for _try in range(TRIES):
                try:
                    answer = self._asked(message)
                except (OSError, EOFError, msgspec.MsgspecError) as error:
                    reason = f"{type(error).__name__}: {error}"
                    _log.error("the process beside has ended and is started anew", reason=reason)
                    self._end()
                    continue
                if isinstance(answer, Trouble):
                    raise BesideError(answer.reason)
                return answer
            raise BesideError(reason)

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._closed = True
            self._end(patiently=True)

    def _asked(self, message: bytes) -> Evaluated | Trouble:
        link = self._greet(PATIENCE_S)
        if not self._ready:
            raise OSError("it does not begin")
        link.send_bytes(message)
        if not link.poll(PATIENCE_S):
            raise OSError("no answer")
        return answer_decoder.decode(link.recv_bytes())

    def _greet(self, seconds: float) -> "Connection[bytes, bytes]":
        link = self._ensure()
        if not self._ready and link.poll(seconds):
            if link.recv_bytes() != READY:
                raise OSError("another word than ready")
            self._ready = True
        return link

    def _ensure(self) -> "Connection[bytes, bytes]":
        if self._closed:
            raise OSError("closed")
        if self._link is None:
            ours, theirs = socket.socketpair()
            with theirs:
                number = theirs.fileno()
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "keng.runtime.evaluating", str(number)],
                    stdin=subprocess.DEVNULL,
                    pass_fds=(number,),
                )
            self._link = Connection(ours.detach())
            self._link.send_bytes(msgspec.msgpack.encode(self._start))
            self.restarts += 1
        return self._link

    def _end(self, patiently: bool = False) -> None:
        self._ready = False
        if self._link is not None:
            self._link.close()
            self._link = None
        process, self._process = self._process, None
        if process is None:
            return
        if patiently:
            try:
                process.wait(END_S)
            except subprocess.TimeoutExpired:
                _log.warning("the process beside did not end by itself")
        process.kill()
        process.wait()
