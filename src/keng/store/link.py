"""What a store needs of a connection to ClickHouse, in this process or on a server."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

Parameters = Mapping[str, str | int | float]
Row = dict[str, Any]


class Link(Protocol):
    """One connection. Not for two threads at once. All raise StoreError, and SearchTooHeavyError at a limit."""

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """Run a statement; its rows, texts as bytes where the statement's settings say so."""
        ...

    def text(self, sql: str, parameters: Parameters, form: str) -> bytes:
        """Run a statement; its answer in a format of ClickHouse."""
        ...

    def batches(self, sql: str, parameters: Parameters) -> Iterator[list[Row]]:
        """Run a statement; its rows piece by piece, each made when it is asked for. Closing the iterator ends it."""
        ...

    def insert(self, sql: str, stream: bytes) -> None:
        """Run an INSERT with an Arrow stream; on return it is on disk."""
        ...

    def close(self) -> None:
        """Close it."""
        ...
