"""A lock that a process holds on a file for as long as it lives; the kernel lets it go after a kill."""

import fcntl
import os
from pathlib import Path

from keng.i18n import _


class InUseError(Exception):
    """Another process holds the lock; the text says which and what to do."""


class FileLock:
    """Exclusive `flock` on `path`, taken at once or refused with InUseError. Writes the process id into it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            os.close(descriptor)
            process = holder if holder.isdigit() else "?"
            raise InUseError(
                _(
                    "{path} is in use by another process (id {process}). Stop that one first,"
                    " or choose another data folder.",
                    path=path,
                    process=process,
                )
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Let the lock go. The file stays: removing it would let two processes hold two files of one name."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
