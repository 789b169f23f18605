"""Everything that was found, newest first, as one statement whose answer is taken piece by piece.

A piece is made when it is asked for, so a slow reader costs no memory; whoever stops reading ends the statement. Exports
have connections of their own, few of them, so that they take none from those who search.
"""

import threading
from collections.abc import Callable, Iterator

from keng.i18n import _
from keng.store.base import StoredEvent
from keng.store.errors import SearchTooHeavyError, StoreError
from keng.store.limits import Limits
from keng.store.link import Link
from keng.store.read import stored_event
from keng.store.statements import Statement

AT_ONCE = 2
CLOSE_S = 10.0


class Exports:
    """Exports of one store. connect: opens one more connection."""

    def __init__(self, connect: Callable[[], Link], limits: Limits) -> None:
        self._connect = connect
        self._limits = limits
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._closing = threading.Event()

    def events(self, statement: Statement, tag: str) -> Iterator[tuple[StoredEvent, ...]]:
        """The found events, about a thousand at a time. Raises SearchTooHeavyError, StoreError, also midway."""
        if not self._places.acquire(timeout=self._limits.patience_s):
            raise SearchTooHeavyError(
                _("Too many exports are running. Try again when one of them has ended.")
            )
        try:
            link = self._connect()
            try:
                sql = f"{statement.sql} SETTINGS {self._limits.export_settings(tag)}"
                for rows in link.batches(sql, statement.values):
                    if self._closing.is_set():
                        raise StoreError(_("The event store is being closed."))
                    yield tuple([stored_event(row) for row in rows])
            finally:
                link.close()
        finally:
            self._places.release()

    def close(self) -> None:
        """Have the running ones end, and wait for them for a while."""
        self._closing.set()
        for _place in range(AT_ONCE):
            self._places.acquire(timeout=CLOSE_S)
