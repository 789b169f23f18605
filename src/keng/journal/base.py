"""What every journal keeps as a promise. The conformance suite runs on each implementation."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from keng.model.batch import Batch


class Entry(NamedTuple):
    """A batch at its place. offset: 1, 2, 3, … without gaps, in the order of acknowledgement."""

    offset: int
    batch: Batch


class Packed(NamedTuple):
    """An entry as it lies on disk (`encoding.unpack` opens it). records: how many it says it has."""

    offset: int
    records: int
    data: bytes


class JournalFullError(Exception):
    """The journal reached its bound: the sender must wait (HTTP 429, TCP back-pressure)."""


class Journal(Protocol):
    """A durable, bounded, ordered queue. Safe to call from several threads."""

    def append(self, batches: Sequence[Batch]) -> list[int]:
        """Make the batches durable (fsynced) and return their offsets. Blocks for the group commit.

        Raises JournalFullError at the bound, OSError if the disk refuses; then nothing was taken.
        """
        ...

    def read(self, after: int, limit: int = 256, timeout: float = 0.0) -> list[Entry]:
        """Entries with offset > after, in order; waits up to `timeout` seconds for the first one."""
        ...

    def trim(self, upto: int) -> None:
        """Forget entries with offset <= upto: every consumer has committed them."""
        ...

    def last_offset(self) -> int:
        """Offset of the newest entry; 0 if there never was one. Does not fall after a trim."""
        ...

    def records_after(self, offset: int) -> int:
        """Records in the entries with offset > `offset`: what a consumer has still to do."""
        ...

    def size_bytes(self) -> int:
        """Bytes held, for back-pressure and the health page."""
        ...

    def close(self) -> None:
        """Release files and locks."""
        ...
