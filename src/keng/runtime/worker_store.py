"""The event store as a worker's pipelines see it: behind a fence, or only to be read."""

from collections.abc import Callable, Sequence
from typing import Protocol

from sqlalchemy.exc import OperationalError, PendingRollbackError, ResourceClosedError

from keng.model.event import Event
from keng.state.cursors import LostCursorError


class Events(Protocol):
    """What is needed of the store."""

    def insert(self, events: Sequence[Event]) -> None: ...
    def ids_after(self, offset: int) -> set[str]: ...
    def recent_ids(self, since_us: int, limit: int) -> set[str]: ...


class FencedStore:
    """Asks before each insert whether the worker still holds what it works on: who took it over inserts the same.

    still_there: raises OperationalError when the locks are gone; that becomes LostCursorError, which nobody tries again.
    """

    def __init__(self, store: Events, still_there: Callable[[], None]) -> None:
        self._store = store
        self._still_there = still_there

    def insert(self, events: Sequence[Event]) -> None:
        """See EventStore."""
        try:
            self._still_there()
        except (OperationalError, PendingRollbackError, ResourceClosedError) as error:
            raise LostCursorError(str(error)) from error
        self._store.insert(events)

    def ids_after(self, offset: int) -> set[str]:
        """See EventStore."""
        return self._store.ids_after(offset)

    def recent_ids(self, since_us: int, limit: int) -> set[str]:
        """See EventStore."""
        return self._store.recent_ids(since_us, limit)


class ReadOnlyStore:
    """For a pipeline whose events another one stores."""

    def __init__(self, store: Events) -> None:
        self._store = store

    def insert(self, events: Sequence[Event]) -> None:
        """Left to the others."""

    def ids_after(self, offset: int) -> set[str]:
        """Stored by others, and not yet seen here."""
        return self._store.ids_after(offset)

    def recent_ids(self, since_us: int, limit: int) -> set[str]:
        """See EventStore."""
        return self._store.recent_ids(since_us, limit)
