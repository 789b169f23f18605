"""The spool: bytes that would be gone otherwise. Bounded; what does not fit is lost and counted, the oldest is kept.

rest-KEY-BASE.log   the unsent rest of a file that was removed; its first byte had the offset BASE there
stdin-N.log         lines from standard input
"""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from keng.send.book import sync_folder

_BLOCK = 1 << 20


class Spool:
    """A folder of at most `limit` bytes. lost: bytes that did not fit in this run."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder = folder
        self.limit = limit
        self.lost = 0
        self._held = sum(path.stat().st_size for path in folder.iterdir())

    @property
    def room(self) -> int:
        """Bytes that still fit."""
        return max(self.limit - self._held, 0)

    @property
    def held(self) -> int:
        """Bytes in it."""
        return self._held

    def took(self, size: int) -> None:
        """Some were written."""
        self._held += size

    def remove(self, path: Path) -> None:
        """A piece has been sent as a whole."""
        try:
            size = path.stat().st_size
            path.unlink()
        except FileNotFoundError:
            return
        self._held -= size

    def rest_path(self, key: str, base: int) -> Path:
        """Where the rest of a file belongs."""
        return self.folder / f"rest-{key}-{base}.log"

    def put(self, path: Path, blocks: Iterable[bytes]) -> None:
        """Write a piece; durable when it returns. What does not fit is lost."""
        with path.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            full = False
            for block in blocks:
                kept = b"" if full else block[: self.room]
                full = len(kept) < len(block)
                file.write(kept)
                self.took(len(kept))
                self.lost += len(block) - len(kept)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)

    def orphan(self, key: str) -> tuple[Path, int] | None:
        """A rest that was copied when the memory could no longer be written: its path and base."""
        for path in self.folder.glob(f"rest-{key}-*.log"):
            base = path.stem.rpartition("-")[2]
            if base.isdigit():
                return path, int(base)
        return None


class Rest:
    """Copies what a removed file still holds, and what is still written to it, into the spool.

    It is finished when nothing was written for ten seconds: whoever wrote to the file has gone over to the next.
    """

    IDLE_S = 10.0

    def __init__(self, spool: Spool, path: Path, descriptor: int, position: int) -> None:
        self.path = path
        self._spool = spool
        self._descriptor = descriptor
        self._position = position
        self._grown = time.monotonic()
        self._full = False
        self._file: BinaryIO = path.open("wb")
        os.fchmod(self._file.fileno(), 0o600)
        self.copy()
        sync_folder(path.parent)

    def copy(self) -> None:
        """Take what is there now; synced when it returns."""
        grown = False
        while block := os.pread(self._descriptor, _BLOCK, self._position):
            # Once something did not fit, the rest is left out, too: a piece has no holes.
            kept = b"" if self._full else block[: self._spool.room]
            self._full = len(kept) < len(block)
            self._file.write(kept)
            self._spool.took(len(kept))
            self._spool.lost += len(block) - len(kept)
            self._position += len(block)
            grown = True
        if grown:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._grown = time.monotonic()

    @property
    def finished(self) -> bool:
        """Whether nothing more is expected."""
        return time.monotonic() - self._grown >= self.IDLE_S

    def close(self) -> None:
        """Let the removed file go."""
        self._file.close()
        os.close(self._descriptor)
