"""Making the names of new folders survive a loss of power: chDB syncs its files and the folders of tables, but not
the folders above them, which it makes at its first start.
"""

import os
from pathlib import Path


def sync_folders(root: Path) -> None:
    """fsync every folder below `root`, and the folder that holds it. Takes milliseconds for a store."""
    for folder in (root.parent, *(Path(name) for name, _folders, _files in os.walk(root))):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
