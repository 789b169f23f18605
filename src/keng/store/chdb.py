"""The event store inside the process: chDB on a folder of its own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog

from keng.model.event import Event
from keng.model.hot_columns import HotTable
from keng.store import notes
from keng.store.connections import Connection
from keng.store.folders import sync_folders
from keng.store.limits import Limits
from keng.store.lock import FolderLock
from keng.store.merge_tree import MergeTreeStore
from keng.store.schema import statements
from keng.store.snapshot import Part, frozen
from keng.store.upgrade import needs_work, upgrade

_log = structlog.get_logger("keng.store")


class ChdbStore(MergeTreeStore):
    """EventStore on chDB. One store a process at a time, and one process a folder.

    folder: made where it is absent; what an earlier version wrote is brought to this one. The others: `MergeTreeStore`.
    Raises StoreInUseError where another process has the folder, StoreError where it cannot be opened.
    """

    def __init__(
        self,
        folder: Path,
        hot_table: Callable[[Sequence[Event]], HotTable],
        limits: Limits | None = None,
        level_of: Callable[[str], int] = lambda _source: 0,
    ) -> None:
        self.folder = folder
        self._lock = FolderLock(folder)
        try:
            _prepare(folder)
            super().__init__(lambda: Connection(folder), hot_table, limits, level_of)
        except BaseException:
            self._lock.release()
            raise

    @contextmanager
    def frozen(self) -> Iterator[tuple[Part, ...]]:
        """The parts of this moment, to be copied inside the block while the store goes on."""
        connection = self.connection()
        try:
            with frozen(connection, self.folder) as parts:
                yield parts
        finally:
            connection.close()

    def close(self) -> None:
        """Wait for what is running, then release the folder. A second time it does nothing."""
        super().close()
        self._lock.release()


def _prepare(folder: Path) -> None:
    mended = notes.mend(folder)
    if mended:
        _log.critical("damaged notes of the event store were put back from their copy", files=list(mended))
    connection = Connection(folder)
    try:
        if needs_work(connection):
            notes.forget(folder)
            upgrade(connection)
            for statement in statements():
                connection.rows(statement)
    finally:
        connection.close()
    notes.save(folder)
    sync_folders(folder)
