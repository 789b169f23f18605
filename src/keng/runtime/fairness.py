"""Keeps one noisy source from making the others wait: while several send, none gets far ahead in the journal.

The pipeline works in the order of arrival. Of a source that sends more than the pipeline can do, only a tenth of a
second's work is taken ahead while other sources send, too; its next records wait at the door, which holds its
sender back (HTTP requests take longer, TCP is read later). A source that is alone may fill the journal to its bound,
and so may every one while the pipeline stands still: then the journal is there to keep what arrives.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from keng.model.batch import Batch

AHEAD_S = 0.1
MIN_AHEAD = 1000  # records
ACTIVE_S = 5.0  # so long after its last batch a source counts as sending
STILL_S = 2.0  # the pipeline counts as standing still after so long without progress
MAX_WAIT_S = 10.0
_STEP_S = 0.01
MAX_SOURCES = 100_000
MAX_ENTRIES = 100_000


class Fairness:
    """counted: offset in the journal up to which the pipeline is done. rate: records a second that it does.
    hurry: called while a source is held back, so that the pipeline does not pause meanwhile.
    """

    def __init__(
        self,
        counted: Callable[[], int],
        rate: Callable[[], float],
        hurry: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._counted = counted
        self._rate = rate
        self._hurry = hurry
        self._clock = clock
        self._lock = threading.Lock()
        self._off = False
        self._ahead: dict[str, int] = {}
        self._entries: deque[tuple[int, str, int]] = deque()
        self._heard: dict[str, float] = {}
        self._done = counted()
        self._moved = clock()

    def taken(self, batches: Sequence[Batch], offsets: Sequence[int]) -> None:
        """Batches stand in the journal at these offsets."""
        with self._lock:
            if len(self._entries) >= MAX_ENTRIES:
                # The pipeline stands still: who is ahead does not matter until it goes on.
                self._entries.clear()
                self._ahead.clear()
            for batch, offset in zip(batches, offsets, strict=True):
                self._ahead[batch.source] = self._ahead.get(batch.source, 0) + len(batch.records)
                self._entries.append((offset, batch.source, len(batch.records)))

    def off(self) -> None:
        """Nobody waits any more: the centre is about to stop, and what has been read must get into the journal."""
        self._off = True

    async def turn(self, source: str) -> None:
        """Returns when it is the source's turn, after 10 seconds at the latest."""
        now = self._clock()
        if len(self._heard) >= MAX_SOURCES:
            self._heard.clear()
        self._heard[source] = now
        end = now + MAX_WAIT_S
        while self.must_wait(source) and self._clock() < end:
            self._hurry()
            await asyncio.sleep(_STEP_S)
            self._heard[source] = self._clock()

    def must_wait(self, source: str) -> bool:
        """Whether the source is too far ahead of the pipeline while others send."""
        self._settle()
        ahead = self._ahead.get(source, 0)
        if self._off or ahead < MIN_AHEAD or ahead < self._rate() * AHEAD_S:
            return False
        now = self._clock()
        if now - self._moved > STILL_S:
            return False
        return any(other != source and now - at < ACTIVE_S for other, at in list(self._heard.items()))

    def _settle(self) -> None:
        done = self._counted()
        with self._lock:
            if done != self._done:
                self._done, self._moved = done, self._clock()
            while self._entries and self._entries[0][0] <= done:
                _offset, source, records = self._entries.popleft()
                left = self._ahead.get(source, 0) - records
                if left > 0:
                    self._ahead[source] = left
                else:
                    self._ahead.pop(source, None)
