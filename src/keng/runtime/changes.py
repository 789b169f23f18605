"""Tells subscribers (the console's live pages) what happened to alerts. In memory; the state store is the truth."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from keng.model.alert import AlertChange

QUEUE_SIZE = 1000


class Changes:
    """publish() may be called from any thread; subscribe() belongs to the event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queues: set[asyncio.Queue[AlertChange]] = set()
        self.skipped = 0

    @contextmanager
    def subscribe(self) -> Iterator["asyncio.Queue[AlertChange]"]:
        """A queue of all changes from now on. A subscriber that is 1,000 behind loses its oldest ones."""
        queue: asyncio.Queue[AlertChange] = asyncio.Queue(QUEUE_SIZE)
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)

    def publish(self, changes: Iterable[AlertChange]) -> None:
        """Hand the changes to every subscriber."""
        batch = tuple(changes)
        if batch and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._spread, batch)

    def _spread(self, batch: tuple[AlertChange, ...]) -> None:
        for queue in self._queues:
            for change in batch:
                if queue.full():
                    queue.get_nowait()
                    self.skipped += 1
                queue.put_nowait(change)
