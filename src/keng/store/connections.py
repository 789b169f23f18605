"""Connections to chDB: one query at a time on each, several side by side, limits on every one."""

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
from chdb._exceptions import ChdbError
from chdb.state import connect

from keng.i18n import _
from keng.store.errors import SearchTooHeavyError, StoreError
from keng.store.link import Link, Parameters, Row

# Error codes of ClickHouse that mean "this search is too much", not "the store is broken".
_TOO_SLOW = "(TIMEOUT_EXCEEDED)"
_TOO_LARGE = "(MEMORY_LIMIT_EXCEEDED)"
_CANCELLED = "(QUERY_WAS_CANCELLED"
# Merges take the processor's spare time: reception and detection go first.
_SERVER = "os_threads_nice_value_merge_mutate=19"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0"})


def escape(value: str) -> str:
    """A text as ClickHouse reads a parameter's value: like a cell of a tab-separated file."""
    return value.encode("utf-8", "replace").decode().translate(_ESCAPES)


def _escaped(parameters: Parameters) -> dict[str, str | int | float]:
    return {name: escape(value) if isinstance(value, str) else value for name, value in parameters.items()}


class Connection:
    """One connection. Not for two threads at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open()

    def _open(self) -> None:
        try:
            self._connection = connect(f"{self._folder}?{_SERVER}")
        except (
            ChdbError,
            RuntimeError,
        ) as error:  # another folder is open in this process, damaged files, no space
            raise StoreError(
                _("The event store {folder} cannot be opened: {reason}", folder=self._folder, reason=error)
            ) from None

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """Run a statement; its rows with texts as bytes. Raises SearchTooHeavyError, StoreError."""
        result = self._query(sql, "Arrow", parameters)
        if len(result) == 0:
            return []
        rows: list[Row] = pa.ipc.open_file(pa.py_buffer(result.bytes())).read_all().to_pylist()
        return rows

    def text(self, sql: str, parameters: Parameters, form: str) -> bytes:
        """Run a statement; its answer in a format of ClickHouse. Raises SearchTooHeavyError, StoreError."""
        return bytes(self._query(sql, form, parameters).bytes())

    def _query(self, sql: str, form: str, parameters: Parameters | None) -> Any:
        try:
            return self._connection.query(sql, form, params=_escaped(parameters or {}))
        except ChdbError as error:
            # chDB keeps what a failed statement had answered so far, and puts it before the next answer.
            self._connection.close()
            self._open()
            raise translated(str(error)) from None

    def batches(self, sql: str, parameters: Parameters) -> Iterator[list[Row]]:
        """Run a statement; its rows piece by piece. Raises SearchTooHeavyError, StoreError, also midway."""
        whole = False
        try:
            pieces = self._connection.send_query(sql, "ArrowStream", params=_escaped(parameters))
            for piece in pieces:
                data = piece.bytes()
                if data:
                    yield pa.ipc.open_stream(pa.py_buffer(data)).read_all().to_pylist()
            whole = True
        except (ChdbError, RuntimeError) as error:
            raise translated(str(error)) from None
        finally:
            if not whole:  # what is left of the answer must not come before the next one
                self._connection.close()
                self._open()

    def insert(self, sql: str, stream: bytes) -> None:
        """Run an INSERT with an Arrow stream; on return it is on disk.

        chDB does not say when a disk is too full for it: the rows are counted before and after. Where something else
        is deleted at the same time this is an error, too, and what is kept must be asked for, as after any.
        """
        table = sql.split(None, 3)[2]
        before = self._count(table)
        try:
            with self._connection.send_insert(sql, "ArrowStream") as inserter:
                inserter.append(stream)
                sent = inserter.finish().rows_written
        except (ChdbError, RuntimeError) as error:
            raise StoreError(str(error)) from None
        if (kept := self._count(table) - before) != sent:
            raise StoreError(
                _("The event store kept {kept} of {sent} rows: is its disk full?", kept=kept, sent=sent)
            )

    def _count(self, table: str) -> int:
        return int(self.rows(f"SELECT count() AS n FROM {table}")[0]["n"])  # noqa: S608 - a table of ours

    def close(self) -> None:
        """Close it."""
        self._connection.close()


class Connections:
    """A few connections that threads borrow; whoever finds none waits for the next one that is given back."""

    def __init__(self, connect: Callable[[], Link], size: int) -> None:
        self._free: queue.Queue[Link] = queue.Queue()
        self._all = [connect() for _ in range(size)]
        for connection in self._all:
            self._free.put(connection)

    @contextmanager
    def borrow(self, patience_s: float = 30.0) -> Iterator[Link]:
        """A connection for the length of the block. Raises SearchTooHeavyError where none comes free in time."""
        try:
            connection = self._free.get(timeout=patience_s)
        except queue.Empty:
            raise SearchTooHeavyError(
                _("Too many searches are running at once. Try again in a moment.")
            ) from None
        try:
            yield connection
        finally:
            self._free.put(connection)

    def close(self) -> None:
        """Wait for the borrowers, then close all."""
        for _unused in self._all:
            self._free.get(timeout=60)
        for connection in self._all:
            connection.close()


def translated(message: str) -> StoreError:
    """The error that a message of ClickHouse stands for."""
    if _TOO_SLOW in message:
        return SearchTooHeavyError(
            _("This search takes too long. Choose a shorter time (for example: last 1d) or add a field.")
        )
    if _TOO_LARGE in message:
        return SearchTooHeavyError(
            _("This search needs too much memory. Choose a shorter time or a field with fewer values.")
        )
    if _CANCELLED in message:
        return SearchTooHeavyError(_("The search was cancelled."))
    return StoreError(message)


def told(message: str) -> str:
    """The part of an error of ClickHouse that tells a person something: without code, scope and the statement."""
    text = message.partition("DB::Exception: ")[2] or message
    for end in (": In scope", ": While ", ": while ", ". (", " Stack trace"):
        text = text.partition(end)[0]
    return text[:400]
