"""What every event store keeps as a promise. The conformance suite runs on each implementation."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import msgspec

from keng.model.event import Event
from keng.model.hold import Held
from keng.model.hot_columns import HotColumns
from keng.store.query import SearchQuery
from keng.store.retention import Expired, KeptDay
from keng.store.sql import SqlQuery

MAX_PAGE = 1000
MAX_BUCKETS = 500
MAX_TOP = 1000

Agencies = frozenset[str] | None
"""Whose events may be seen: None is all of them (the centre), the empty set none."""


class StoredEvent(msgspec.Struct, frozen=True):
    """An event as it is kept. fields: values as text, lists as one item a line. hot: after `HotColumns`.

    Times in microseconds since the epoch, UTC. Bytes that are no UTF-8 appear as `\\xNN`.
    """

    id: str
    time_us: int
    received_us: int
    agency: str
    source: str
    host: str
    format: str
    product: str
    service: str
    categories: tuple[str, ...]
    parsed: bool
    offset: int
    hot: HotColumns
    fields: dict[str, str]
    raw: str


class Page(msgspec.Struct, frozen=True):
    """Found events, newest first. next: pass it as `cursor` for the following page; "" at the end."""

    events: tuple[StoredEvent, ...] = ()
    next: str = ""


class Bucket(msgspec.Struct, frozen=True):
    """Events found with start ≤ time < end (microseconds)."""

    start_us: int
    end_us: int
    count: int


class ValueCount(msgspec.Struct, frozen=True):
    """A value of a field and how many events have it."""

    value: str
    count: int


class SourceCount(msgspec.Struct, frozen=True):
    """What one log source sent. last_us: newest received."""

    agency: str
    source: str
    count: int
    unparsed: int
    last_us: int


Cell = str | int | float | bool | None


class Table(msgspec.Struct, frozen=True):
    """The answer to an expert's SQL: names of columns and rows of plain values. cut: there were more rows."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    cut: bool = False


class EventStore(Protocol):
    """History of events. Safe to call from several threads. All raise StoreError when the store cannot.

    Searching methods take `tag`, a name under which `cancel(tag)` ends them; they raise SearchTooHeavyError at their
    limit of time or memory. `agencies` is added to every search by the store; the query's text cannot escape it.
    """

    def insert(self, events: Sequence[Event]) -> None:
        """Keep the events; on return they are on disk. All or none are kept. Does not look for doubles."""
        ...

    def ids_after(self, offset: int) -> set[str]:
        """Ids of kept events whose journal offset is greater: for the redo after a crash."""
        ...

    def recent_ids(self, since_us: int, limit: int) -> set[str]:
        """Ids of at most `limit` events received at or after `since_us`, the newest of them."""
        ...

    def search(
        self, query: SearchQuery, agencies: Agencies, cursor: str = "", limit: int = 100, tag: str = ""
    ) -> Page:
        """Newest first; limit ≤ 1000. A cursor that is none of ours counts as none."""
        ...

    def export(
        self, query: SearchQuery, agencies: Agencies, limit: int, tag: str = ""
    ) -> Iterator[tuple[StoredEvent, ...]]:
        """All that `search` would page through, as one statement; closing the iterator ends it. Errors come midway, too."""
        ...

    def count(self, query: SearchQuery, agencies: Agencies, tag: str = "") -> int:
        """How many events match."""
        ...

    def histogram(
        self, query: SearchQuery, agencies: Agencies, buckets: int = 60, tag: str = ""
    ) -> tuple[Bucket, ...]:
        """Counts over time, oldest first, no gaps, at most `buckets` + 1; where the query is open, over what is found."""
        ...

    def top_values(
        self, query: SearchQuery, field: str, agencies: Agencies, limit: int = 20, tag: str = ""
    ) -> tuple[ValueCount, ...]:
        """Most frequent values of a field (alias, column or log field), without empty ones."""
        ...

    def sql(
        self,
        query: SqlQuery,
        agencies: Agencies,
        from_us: int | None = None,
        to_us: int | None = None,
        tag: str = "",
    ) -> Table:
        """Run an expert's checked statement over what may be seen, of events between two times."""
        ...

    def get(self, event_id: str, agencies: Agencies) -> StoredEvent | None:
        """One event, or None if there is none that may be seen."""
        ...

    def host_activity(
        self, host: str, around_us: int, window_us: int, agencies: Agencies, limit: int = 200
    ) -> tuple[StoredEvent, ...]:
        """What a host did up to `window_us` before and after, the nearest events, oldest first."""
        ...

    def counts_by_source(self, since_us: int) -> tuple[SourceCount, ...]:
        """Per source, what was received at or after `since_us`, the busiest first."""
        ...

    def count_since(self, since_us: int, agencies: Agencies) -> int:
        """How many events were received at or after `since_us`."""
        ...

    def field_names(self, prefix: str = "", limit: int = 50) -> tuple[str, ...]:
        """Names that a search can use and that start so (any case): aliases and columns, then log fields."""
        ...

    def spellings(self, lower: str) -> tuple[str, ...]:
        """The exact names under which a log field (given in lower case) was ever stored."""
        ...

    def size_bytes(self) -> int:
        """Bytes on disk."""
        ...

    def expire(self, now_us: int, days: Mapping[int, int], held: Sequence[Held]) -> tuple[Expired, ...]:
        """Delete what arrived more than so many days (by the level of its system) ago and is not held."""
        ...

    def kept_days(self) -> tuple[KeptDay, ...]:
        """How many events are kept, by the day of their arrival and the level of their system, the oldest first."""
        ...

    def cancel(self, tag: str) -> None:
        """End the running searches of this tag; they raise SearchTooHeavyError."""
        ...

    def close(self) -> None:
        """Release the folder."""
        ...
