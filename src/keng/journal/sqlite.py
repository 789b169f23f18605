"""The journal on SQLite: write-ahead log, full sync, one writer thread that commits for many appenders.

Tables
    entries(offset INTEGER PRIMARY KEY, records INTEGER, plain INTEGER, data BLOB)   one batch a row, see encoding.py
    mark(name TEXT PRIMARY KEY, value INTEGER)                      'trimmed': offsets up to it are forgotten

An append returns after COMMIT with synchronous=FULL, which is after the fsync of the write-ahead log. A trim
needs no durability of its own (its consumer has committed elsewhere): it rides on the next commit.
"""

import errno
import os
import sqlite3
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import structlog

from keng.i18n import _
from keng.journal.base import Entry, JournalFullError, Packed
from keng.journal.encoding import DamagedEntryError, pack, unpack
from keng.journal.lock import FileLock
from keng.journal.salvage import SCHEMA, salvage
from keng.model.batch import Batch

MAX_READ_BYTES = 16 * 1024 * 1024
_TRIM_EVERY_S = 1.0
_ENTRY_OVERHEAD = 64
_log = structlog.get_logger("keng.journal")


class _Row(NamedTuple):
    records: int
    plain: int
    data: bytes

    @property
    def held(self) -> int:
        return len(self.data) + _ENTRY_OVERHEAD


class _Ticket(NamedTuple):
    rows: list[_Row]
    done: "Future[list[int]]"


def opened(packed: Packed) -> Entry:
    """The entry that was packed."""
    try:
        return Entry(packed.offset, unpack(packed.data))
    except DamagedEntryError as error:
        # Only this entry is lost. An empty batch keeps its place, so that the consumer passes it by, loudly.
        _log.error("journal entry is damaged and was skipped", offset=packed.offset, reason=str(error))
        return Entry(packed.offset, Batch("", "", "damaged", "", 0, ()))


def _packed(offset: int, records: object, data: object) -> Packed:
    """A row of a damaged file may hold anything."""
    return Packed(
        offset, records if isinstance(records, int) else 0, data if isinstance(data, bytes) else b""
    )


class SqliteJournal:
    """See `journal.base.Journal`.

    max_bytes: bound of the compressed bytes held; an append beyond it raises JournalFullError.
    floor: offsets start above it (the cursor of the consumer, so that a replaced file is never taken for read).
    Raises InUseError if another process has the file, OSError if it cannot be opened.
    """

    def __init__(self, path: Path, max_bytes: int, floor: int = 0) -> None:
        self._max_bytes = max_bytes
        self._trimmed = 0
        self._lock = FileLock(path.with_name(path.name + ".lock"))
        try:
            rows = self._opened(path)
        except (sqlite3.Error, OSError) as error:
            self._lock.release()
            raise OSError(
                _("the journal {path} cannot be opened: {error}", path=path, error=error)
            ) from error
        self._sizes: deque[tuple[int, int]] = deque(
            (offset, size + _ENTRY_OVERHEAD) for offset, size in rows if offset > self._trimmed
        )
        self._bytes = sum(size for _offset, size in self._sizes)
        self._last = max(self._sizes[-1][0] if self._sizes else 0, self._trimmed, floor)
        self._tickets: deque[_Ticket] = deque()
        self._wanted_bytes = 0  # of tickets that wait
        self._trim_pending = False
        self._still = 0  # blocks of still() that are open
        self._asked = 0  # the trim that waits for their end
        self._broken: OSError | None = None
        self._closed = False
        self._changed = threading.Condition()
        self._reading = threading.Lock()
        self._thread = threading.Thread(target=self._write_forever, name="journal", daemon=True)
        self._thread.start()

    # -- the protocol -----------------------------------------------------------------------------

    def append(self, batches: Sequence[Batch]) -> list[int]:
        """Make the batches durable and return their offsets; all or none."""
        if not batches:
            return []
        rows = []
        for batch in batches:
            data, plain = pack(batch)
            rows.append(_Row(len(batch.records), plain, data))
        wanted = sum(row.held for row in rows)
        ticket = _Ticket(rows, Future())
        with self._changed:
            if self._closed:
                raise OSError(errno.EBADF, _("the journal is closed"))
            if self._broken is not None:
                raise OSError(self._broken.errno, self._broken.strerror)
            if self._bytes + self._wanted_bytes + wanted > self._max_bytes:
                raise JournalFullError(
                    _("the journal holds {held} of {bound} bytes", held=self._bytes, bound=self._max_bytes)
                )
            self._wanted_bytes += wanted
            self._tickets.append(ticket)
            self._changed.notify_all()
        return ticket.done.result()

    def read(self, after: int, limit: int = 256, timeout: float = 0.0) -> list[Entry]:
        """Entries with offset > after: at most `limit`, and about 16 MiB unpacked (but always one)."""
        return [opened(one) for one in self.read_packed(after, limit, timeout)]

    def read_packed(self, after: int, limit: int = 256, timeout: float = 0.0) -> list[Packed]:
        """As `read`, unopened; of an entry that cannot be read at all the data are empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._last > after or self._closed, timeout)
            if self._last <= after or self._closed:
                return []
            start = max(after, self._trimmed)
        entries: list[Packed] = []
        held = 0
        with self._reading:
            rows = self._reader.execute(
                "SELECT offset, records, plain, data FROM entries WHERE offset > ? ORDER BY offset LIMIT ?",
                (start, limit),
            )
            try:
                for offset, records, plain, data in rows:
                    weight = plain if isinstance(plain, int) else 0
                    if entries and held + weight > MAX_READ_BYTES:
                        break
                    held += weight
                    entries.append(_packed(offset, records, data))
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                # A page was damaged while the journal was open. What stands before it is good; then its entries are
                # passed by, one after the other.
                if not entries:
                    entries = self._one_by_one(start, limit)
            finally:
                rows.close()
        return entries

    def _one_by_one(self, after: int, limit: int) -> list[Packed]:
        """Entries of a damaged file: an empty batch, loudly, for each that cannot be read."""
        with self._changed:
            offsets = [offset for offset, _size in self._sizes if offset > after][:limit]
        entries = []
        for offset in offsets:
            try:
                row = self._reader.execute(
                    "SELECT records, data FROM entries WHERE offset = ?", (offset,)
                ).fetchone()
            except sqlite3.DatabaseError:
                row = None
            entries.append(_packed(offset, *row) if row else Packed(offset, 0, b""))
        return entries

    def trim(self, upto: int) -> None:
        """Forget entries with offset <= upto."""
        with self._changed:
            upto = min(upto, self._last)
            self._asked = max(self._asked, upto)
            if upto <= self._trimmed or self._still:
                return
            self._trimmed = upto
            while self._sizes and self._sizes[0][0] <= upto:
                self._bytes -= self._sizes.popleft()[1]
            self._trim_pending = True

    @contextmanager
    def still(self) -> Iterator[None]:
        """Nothing is forgotten in the block: a copy of the file made in it holds what a consumer had read before, too."""
        with self._changed:
            self._still += 1
        try:
            yield
        finally:
            with self._changed:
                self._still -= 1
            self.trim(self._asked)

    def last_offset(self) -> int:
        """Offset of the newest entry, also after a trim."""
        with self._changed:
            return self._last

    def records_after(self, offset: int) -> int:
        """Records in the entries with a greater offset."""
        with self._changed:
            start = max(offset, self._trimmed)
        with self._reading:
            row = self._reader.execute(
                "SELECT sum(records) FROM entries WHERE offset > ?", (start,)
            ).fetchone()
        return int(row[0] or 0)

    def size_bytes(self) -> int:
        """Compressed bytes of the entries held."""
        with self._changed:
            return self._bytes

    def close(self) -> None:
        """Commit what waits, then release the file and its lock."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._changed.notify_all()
        self._thread.join()
        with self._reading:
            self._reader.close()
        self._writer.close()
        self._lock.release()

    # -- inside -----------------------------------------------------------------------------------

    def _opened(self, path: Path) -> list[tuple[int, int]]:
        """Open the file, and read where everything lies. Of a damaged file, what can be read goes on, loudly."""
        try:
            return self._measured(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) or "not a database" in str(error):
                raise  # the disk, not the data; or some other file
            for name in ("_writer", "_reader"):
                if (connection := self.__dict__.pop(name, None)) is not None:
                    connection.close()
            done = salvage(path)
            _log.critical(
                "the journal was damaged: what could be read goes on",
                reason=str(error),
                kept=done.kept,
                lost_offsets=done.lost,
                damaged=str(done.damaged),
            )
            return self._measured(path)

    def _measured(self, path: Path) -> list[tuple[int, int]]:
        self._writer = self._open(path)
        self._reader = self._open(path)
        self._trimmed = max(self._mark(), 0)
        measured = self._writer.execute("SELECT offset, length(data) FROM entries ORDER BY offset")
        return [(int(offset), int(size or 0)) for offset, size in measured]

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        fresh = not path.exists()
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10.0)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA wal_autocheckpoint = 4000")
        for statement in SCHEMA:
            db.execute(statement)
        if fresh:  # SQLite syncs the file; its name in the folder is ours to sync
            folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        return db

    def _mark(self) -> int:
        row = self._writer.execute("SELECT value FROM mark WHERE name = 'trimmed'").fetchone()
        return int(row[0]) if row else 0

    def _write_forever(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._tickets or self._closed, _TRIM_EVERY_S)
                tickets = list(self._tickets)
                self._tickets.clear()
                trim = self._trimmed if self._trim_pending else 0
                self._trim_pending = False
                first = self._last + 1
                ending = self._closed
            if tickets or trim:
                self._commit(tickets, first, trim)
            elif ending:
                return

    def _commit(self, tickets: list[_Ticket], first: int, trim: int) -> None:
        rows = [row for ticket in tickets for row in ticket.rows]
        wanted = sum(row.held for row in rows)
        try:
            if self._broken is not None:
                raise OSError(self._broken.errno, self._broken.strerror)
            self._transaction(rows, first, trim)
        except (sqlite3.Error, OSError) as error:
            failure = self._failure(error)
            with self._changed:
                self._wanted_bytes -= wanted
                self._trim_pending = self._trim_pending or (bool(trim) and self._broken is None)
            for ticket in tickets:
                ticket.done.set_exception(OSError(failure.errno, failure.strerror))
            return
        with self._changed:
            self._wanted_bytes -= wanted
            self._bytes += wanted
            self._sizes.extend((first + n, row.held) for n, row in enumerate(rows))
            self._last += len(rows)
            self._changed.notify_all()
        for ticket in tickets:
            ticket.done.set_result(list(range(first, first + len(ticket.rows))))
            first += len(ticket.rows)

    def _transaction(self, rows: list[_Row], first: int, trim: int) -> None:
        db = self._writer
        db.execute("BEGIN IMMEDIATE")
        try:
            db.executemany(
                "INSERT INTO entries (offset, records, plain, data) VALUES (?, ?, ?, ?)",
                [(first + n, *row) for n, row in enumerate(rows)],
            )
            if trim:
                db.execute("DELETE FROM entries WHERE offset <= ?", (trim,))
                db.execute("INSERT OR REPLACE INTO mark (name, value) VALUES ('trimmed', ?)", (trim,))
            db.execute("COMMIT")
        except sqlite3.Error:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise

    def _failure(self, error: Exception) -> OSError:
        """What an appender is told. After a failed sync nothing more is taken: the disk cannot be trusted."""
        if isinstance(error, OSError):
            return error
        if isinstance(error, sqlite3.OperationalError) and "full" in str(error):
            return OSError(errno.ENOSPC, _("the disk of the journal is full: {error}", error=error))
        failure = OSError(
            errno.EIO, _("the journal cannot write, restart after checking the disk: {error}", error=error)
        )
        self._broken = failure
        _log.critical("journal closed after a write failure", reason=str(error))
        return failure
