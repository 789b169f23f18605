"""One partition of a JetStream journal, or the whole of it, as a journal that is read by one of many workers."""

from collections.abc import Sequence

from keng.journal.base import Entry
from keng.journal.jetstream import JetStreamJournal
from keng.model.batch import Batch


class PartitionJournal:
    """See `journal.base.Journal`; offsets have gaps. number: None for all partitions.

    trim() does nothing: an entry is only forgotten when all who read it are done, which the worker knows.
    """

    def __init__(self, journal: JetStreamJournal, number: int | None) -> None:
        self._journal = journal
        self.number = number

    def append(self, batches: Sequence[Batch]) -> list[int]:
        """To wherever the batches belong."""
        return self._journal.append(batches)

    def read(self, after: int, limit: int = 256, timeout: float = 0.0) -> list[Entry]:
        """The partition's entries with offset > after."""
        return self._journal.read(after, limit, timeout, self.number)

    def trim(self, upto: int) -> None:
        """Left to the worker."""

    def last_offset(self) -> int:
        """Of the whole journal."""
        return self._journal.last_offset()

    def records_after(self, offset: int) -> int:
        """Records of the whole journal after it."""
        return self._journal.records_after(offset)

    def size_bytes(self) -> int:
        """Of the whole journal."""
        return self._journal.size_bytes()

    def close(self) -> None:
        """Left to whoever opened the journal."""
