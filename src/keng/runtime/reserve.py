"""Room that is kept back for people: on a full disk they must still be able to sign in and to act.

DATA/reserve holds SIZE bytes of the disk. When the disk is full nothing more is received, and the reserve is given up
step by step, so that what the state writes (sessions, the audit log, cases) has room: in steps, because a program that
goes on writing would take it all at once. Once there is room enough, it is made again and reception goes on.
"""

import os
from pathlib import Path

import structlog

SIZE = 16 << 20
LOW = SIZE // 4
"""Below so many free bytes the disk is full."""
ENOUGH = 2 * SIZE
"""So many free bytes, the reserve's own among them, and it is not any more."""
STEP = 1 << 20
_log = structlog.get_logger("keng.runtime.reserve")


class Reserve:
    """Made at once where there is room for it. look() blocks for an instant only; one thread calls it.

    spent: the disk is full, so nothing may be received.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "reserve"
        self.spent = True
        self._make(SIZE)

    @property
    def failure(self) -> str:
        """Why nothing is received; "" while there is room."""
        return "disk: no room is left for the data folder" if self.spent else ""

    def look(self) -> None:
        """Give up a step of the reserve, or make it again, as the disk is now."""
        if self.spent:
            self._make(ENOUGH)
        elif self._free() < LOW:
            self.spent = True
            _log.error("the disk of the data folder is full: nothing is received until there is room")
        if self.spent and self._free() < STEP // 2 and (held := self._held()):
            os.truncate(self._path, max(0, held - STEP))

    def release(self) -> None:
        """The centre ends: the disk is not needed."""
        self._path.unlink(missing_ok=True)

    def _make(self, enough: int) -> None:
        if self._free() + self._held() < enough:
            return
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, SIZE)
            finally:
                os.close(descriptor)
        except OSError as error:
            # The room went to another program between the question and the answer: asked again at the next look.
            _log.warning("no room could be kept back on the disk of the data folder", reason=str(error))
            return
        self.spent = False

    def _free(self) -> int:
        room = os.statvfs(self._path.parent)
        return room.f_bavail * room.f_frsize

    def _held(self) -> int:
        return self._path.stat().st_size if self._path.exists() else 0
