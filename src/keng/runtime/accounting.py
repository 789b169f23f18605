"""Counts what becomes of every record since the process started, so that nothing can get lost unseen.

    received = journaled + rejected at the door + dropped (UDP, or while stopping)
    journaled + carried over = stored + duplicates + rejected in the pipeline + still waiting

Both sides are counted by different hands (receivers and pipeline); their difference is shown and must be zero.
"""

import threading

import msgspec


class Counts(msgspec.Struct):
    """Records, unless said otherwise.

    received: arrived at a receiver. journaled: made durable (and acknowledged, where the protocol can).
    rejected: refused with a reason and kept in the quarantine. dropped: lost, UDP mostly.
    carried: were in the journal when the process started. unparsed: stored raw, of those stored.
    waits: requests that were told to come again. detections, alerts: found, newly raised.
    """

    received: int = 0
    journaled: int = 0
    carried: int = 0
    stored: int = 0
    duplicates: int = 0
    rejected: int = 0
    dropped: int = 0
    unparsed: int = 0
    detections: int = 0
    alerts: int = 0
    waits: int = 0
    rejected_at_door: int = 0


class Accounting:
    """The counters. Safe to call from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = Counts()

    def add(self, **more: int) -> None:
        """Add to the counters named."""
        with self._lock:
            for name, number in more.items():
                setattr(self._counts, name, getattr(self._counts, name) + number)

    def counts(self) -> Counts:
        """All counters at one moment."""
        with self._lock:
            return msgspec.structs.replace(self._counts)


def waiting(counts: Counts) -> int:
    """Records in the journal that the pipeline has not finished."""
    done = counts.stored + counts.duplicates + (counts.rejected - counts.rejected_at_door)
    return counts.journaled + counts.carried - done


def difference(counts: Counts, waiting_now: int) -> int:
    """Records that cannot be accounted for; waiting_now as the journal says (0 when it has been read to its end)."""
    done = counts.stored + counts.duplicates + counts.rejected + counts.dropped
    return counts.received + counts.carried - done - waiting_now
