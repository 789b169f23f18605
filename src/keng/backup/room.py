"""Is there room for what is going to be copied? Asked before, so that no disk is filled to the brim for nothing."""

import shutil
from pathlib import Path

from keng.backup.manifest import BackupError
from keng.i18n import _

SPARE = 64 << 20  # what a disk must have left afterwards: a centre may be working on it


def needs(folder: Path, size: int) -> None:
    """Raises BackupError if the disk of `folder`, which exists, has no room for `size` bytes."""
    free = shutil.disk_usage(folder).free
    if free < size + SPARE:
        raise BackupError(
            _(
                "the disk of {folder} has too little room: {needed} MB are needed, {free} MB are free",
                folder=folder,
                needed=-(-(size + SPARE) // 10**6),
                free=free // 10**6,
            )
        )
