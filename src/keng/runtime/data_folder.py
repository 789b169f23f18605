"""The folder that a centre keeps everything in: made private, checked, and locked for one process.

DATA/lock        held for as long as the centre runs
DATA/journal.db  DATA/events/  DATA/state.db  DATA/rules/  DATA/cache/
"""

import os
from pathlib import Path

import structlog

from keng.backup.restore import RESTORING
from keng.backup.seal import seal, unseal
from keng.i18n import _
from keng.i18n.system_error import system_error
from keng.journal.lock import FileLock, InUseError

_log = structlog.get_logger("keng.runtime.data_folder")


class DataFolderError(Exception):
    """The folder cannot be used; the text says why and what to do."""


class DataFolder:
    """Takes the folder. Raises DataFolderError if another centre has it or it cannot be written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            _make(path)
            if not os.access(path, os.W_OK | os.X_OK):
                raise PermissionError(13, "Permission denied", str(path))
            if (path / RESTORING).exists():
                raise DataFolderError(
                    _(
                        "a backup was not restored to its end in {path}: empty it, and restore again",
                        path=path,
                    )
                )
            _close_to_others(path)
            self._lock = FileLock(path / "lock")
            unseal(path)
            for name in ("rules", "cache"):
                (path / name).mkdir(exist_ok=True)
        except InUseError as error:
            raise DataFolderError(
                _("another `keng up` already runs on this data folder. {reason}", reason=error)
            ) from error
        except OSError as error:
            raise DataFolderError(
                _(
                    "the data folder {path} cannot be used: {reason}. Choose another with --data DIR.",
                    path=path,
                    reason=system_error(error),
                )
            ) from error

    def release(self) -> None:
        """Everything in it is closed: seal it, and let another process have it."""
        try:
            seal(self.path)
        except OSError as error:
            # A full or failing disk: without a seal `keng verify` can say less, and says so.
            _log.warning("the data folder could not be sealed", reason=str(error))
        self._lock.release()


def _close_to_others(path: Path) -> None:
    """It holds what machines and people do, and hashes of passwords: nobody else's to read."""
    mode = path.stat().st_mode & 0o777
    if not mode & 0o077:
        return
    try:
        path.chmod(0o700)
        _log.warning("the data folder was open to others and is closed now", path=str(path), mode=f"{mode:o}")
    except OSError as error:
        # Another account's folder, or a disk without modes: `keng doctor` says so again and again.
        _log.warning("the data folder is open to others", path=str(path), mode=f"{mode:o}", reason=str(error))


def _make(path: Path) -> None:
    """Make the folder and those above it; a loss of power does not take back their names."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    for folder in missing:
        descriptor = os.open(folder.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
