"""The lock on a store's folder: one process a store. The kernel lets it go when the process dies."""

import fcntl
import os
from pathlib import Path

from keng.i18n import _
from keng.store.errors import StoreInUseError


class FolderLock:
    """Exclusive lock on `folder`, taken at once or refused with StoreInUseError. Makes the folder where it is absent."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(folder / "keng.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise StoreInUseError(
                _(
                    "The event store {folder} is in use by process {process}. Stop that process first,"
                    " or choose another data folder.",
                    folder=folder,
                    process=holder if holder.isdigit() else "?",
                )
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Let the lock go. The file stays: removing it would let two processes lock two files of one name."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
