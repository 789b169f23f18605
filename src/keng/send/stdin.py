"""Standard input as a source: each line is put into the spool, and followed there like a file.

A pipe has no acknowledgement: a line is safe when it is in the spool, which is synced twice a second. When the spool
is full, a file as input waits; what a pipe brings then is dropped and counted, the oldest is kept.
"""

import os
import stat
import threading
import time
from pathlib import Path
from typing import BinaryIO

from keng.i18n import _
from keng.send.counts import Counts, Teller
from keng.send.spool import Spool

SEGMENT = 8 << 20
SYNC_S = 0.5
_BLOCK = 1 << 16


class Stdin:
    """Reads in a thread of its own. `ended`: everything that came is in the spool. patience: wait when it is full."""

    def __init__(self, source: BinaryIO, spool: Spool, counts: Counts, tell: Teller, patience: bool) -> None:
        self._source = source
        self._spool = spool
        self._counts = counts
        self._tell = tell
        self._patience = patience or stat.S_ISREG(os.fstat(source.fileno()).st_mode)
        self._stop = threading.Event()
        self._number = 1 + max((_number(path) for path in spool.folder.glob("stdin-*.log")), default=0)
        self._file: BinaryIO | None = None
        self._size = 0
        self._synced = time.monotonic()
        self.ended = False
        self._thread = threading.Thread(target=self._run, name="stdin", daemon=True)

    @property
    def pattern(self) -> str:
        """The pieces to follow."""
        return str(self._spool.folder / "stdin-*.log")

    @property
    def active(self) -> frozenset[str]:
        """The piece that is written to."""
        file = self._file
        return frozenset((str(file.name),)) if file is not None else frozenset()

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Let what was read be durable. The thread itself may still wait for input; it ends with the process."""
        self._stop.set()

    def _run(self) -> None:
        rest = b""
        while not self._stop.is_set():
            block = os.read(self._source.fileno(), _BLOCK)
            if not block:
                break
            whole, newline, last = (rest + block).rpartition(b"\n")
            rest = last
            if newline:
                self._write(whole + newline)
            elif len(rest) > _BLOCK * 32:  # no line is so long; the follower refuses it by its length
                self._write(rest)
                rest = b""
        if rest:
            self._write(rest + b"\n")
        if self._file is not None:
            self._sync()
            file, self._file = self._file, None
            file.close()
        self.ended = True

    def _write(self, lines: bytes) -> None:
        while len(lines) > self._spool.room and self._patience and not self._stop.is_set():
            self._stop.wait(0.2)
        if len(lines) > self._spool.room:
            self._counts.dropped_lines += lines.count(b"\n")
            self._tell(
                _(
                    "LOST: the spool is full; {count} lines of standard input were dropped",
                    count=self._counts.dropped_lines,
                ),
                "stdin",
            )
            return
        if self._file is None or self._size >= SEGMENT:
            self._next()
        assert self._file is not None
        self._file.write(lines)
        self._size += len(lines)
        self._spool.took(len(lines))
        if time.monotonic() - self._synced > SYNC_S:
            self._sync()

    def _next(self) -> None:
        if self._file is not None:
            self._sync()
            self._file.close()
        path = self._spool.folder / f"stdin-{self._number:08}.log"
        self._number += 1
        self._file = Path(path).open("ab", buffering=0)  # noqa: SIM115  closed by the next one
        os.fchmod(self._file.fileno(), 0o600)
        self._size = 0

    def _sync(self) -> None:
        if self._file is not None:
            os.fsync(self._file.fileno())
        self._synced = time.monotonic()


def _number(path: Path) -> int:
    text = path.stem.partition("-")[2]
    return int(text) if text.isdigit() else 0
