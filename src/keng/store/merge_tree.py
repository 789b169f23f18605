"""The event store on ClickHouse's MergeTree, wherever it runs: in this process (`chdb.py`) or on a server (`clickhouse.py`)."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import structlog

from keng.model.event import Event
from keng.model.hold import Held
from keng.model.hot_columns import HotTable
from keng.store import statements
from keng.store.base import (
    MAX_BUCKETS,
    MAX_PAGE,
    MAX_TOP,
    Agencies,
    Bucket,
    Page,
    SourceCount,
    StoredEvent,
    Table,
    ValueCount,
)
from keng.store.check import DAMAGE, detach_damaged
from keng.store.connections import Connections, told
from keng.store.cursor import Cursor
from keng.store.errors import SearchTooHeavyError, StatementError, StoreError
from keng.store.export import Exports
from keng.store.field_names import FieldNames
from keng.store.histogram import grid
from keng.store.insert import INSERT, ArrowColumns, Made, names_stream
from keng.store.limits import OUTPUT, Limits, tagged
from keng.store.link import Link, Row
from keng.store.query import SearchQuery
from keng.store.read import stored_event
from keng.store.retention import ALONE, Expired, KeptDay, Tables, expire, kept_days
from keng.store.schema import FIELD_NAMES
from keng.store.sql import SqlQuery
from keng.store.sql_answer import EXPERT, FORMAT, read_table
from keng.store.statements import Statement
from keng.store.text import decode

_log = structlog.get_logger("keng.store")
CHECK_AGAIN_S = 600.0
SEARCHES = 3  # connections for searching
_NAMES = f"SELECT name FROM {FIELD_NAMES} SETTINGS {OUTPUT}"  # noqa: S608 (a constant)


class MergeTreeStore:
    """EventStore on connections to ClickHouse; whoever makes one has brought the tables to this version.

    connect: opens one more connection. hot_table: `normalise.ocsf.hot_table` (stages do not know each other).
    level_of: from a log source's id to the level (1 to 5) of its system, 0 where none is known: how long events are kept.
    tables: where the events lie.
    """

    def __init__(
        self,
        connect: Callable[[], Link],
        hot_table: Callable[[Sequence[Event]], HotTable],
        limits: Limits | None = None,
        level_of: Callable[[str], int] = lambda _source: 0,
        tables: Tables = ALONE,
    ) -> None:
        self._tables = tables
        self._limits = limits or Limits()
        self._writing = threading.Lock()
        self._controlling = threading.Lock()
        self._repairing = threading.Lock()
        self._check_from = 0.0
        self._closed = False
        self._columns = ArrowColumns(hot_table, level_of)
        self._connect = connect
        self._exports = Exports(connect, self._limits)
        opened: list[Link] = []
        try:
            self._writer = connect()
            opened.append(self._writer)
            self._names = FieldNames(())
            self._control = connect()
            opened.append(self._control)
            self._readers = Connections(connect, SEARCHES)
            self._read_names()
        except BaseException:
            for connection in opened:
                connection.close()
            raise

    def connection(self) -> Link:
        """One more connection, for long work of its own; to be closed before the store is."""
        return self._connect()

    def insert(self, events: Sequence[Event]) -> None:
        """Keep the events; on return they are on disk. After an error or a kill some may be kept (`ids_after` tells).

        Up to 20,000 events and 64 MiB of text are one insert, kept whole or not at all.
        """
        with self._writing:
            for made in self._columns.made(events):
                self._keep(made)

    def insert_made(self, portions: Sequence[Made]) -> None:
        """As `insert`, of events that another process has made ready (`insert.ArrowColumns`)."""
        with self._writing:
            for made in portions:
                self._keep(made)

    def _keep(self, made: Made) -> None:
        new = self._names.unseen(made.shapes)
        if new:
            self._writer.insert(f"INSERT INTO {FIELD_NAMES} (name)", names_stream(new))
            self._names.add(new)
        self._writer.insert(INSERT, made.stream)

    def ids_after(self, offset: int) -> set[str]:
        """Ids of kept events whose journal offset is greater."""
        return {row["id"].hex() for row in self._plain(statements.ids_after(offset))}

    def recent_ids(self, since_us: int, limit: int) -> set[str]:
        """Ids of the newest `limit` events received at or after `since_us`."""
        return {row["id"].hex() for row in self._plain(statements.recent_ids(since_us, limit))}

    def search(
        self, query: SearchQuery, agencies: Agencies, cursor: str = "", limit: int = 100, tag: str = ""
    ) -> Page:
        """Newest first."""
        limit = min(max(limit, 1), MAX_PAGE)
        found = self._heavy(
            statements.search(query, self._names.spellings, agencies, Cursor.read(cursor), limit + 1), tag
        )
        events = tuple([stored_event(row) for row in found[:limit]])
        more = len(found) > limit
        return Page(events, str(Cursor(events[-1].time_us, events[-1].id)) if more else "")

    def export(
        self, query: SearchQuery, agencies: Agencies, limit: int, tag: str = ""
    ) -> Iterator[tuple[StoredEvent, ...]]:
        """Newest first, in one statement, piece by piece."""
        return self._exports.events(statements.export(query, self._names.spellings, agencies, limit), tag)

    def count(self, query: SearchQuery, agencies: Agencies, tag: str = "") -> int:
        """How many events match."""
        return int(self._heavy(statements.count(query, self._names.spellings, agencies), tag)[0]["n"])

    def histogram(
        self, query: SearchQuery, agencies: Agencies, buckets: int = 60, tag: str = ""
    ) -> tuple[Bucket, ...]:
        """Counts over time, oldest first, no gaps."""
        names = self._names.spellings
        start, end = query.from_us, query.to_us
        if start is None or end is None:
            extent = self._heavy(statements.extent(query, names, agencies), tag)[0]
            if extent["n"] == 0:
                return ()
            start = extent["first"] if start is None else start
            end = extent["last"] + 1 if end is None else end
        if end <= start:
            return ()
        steps = grid(start, end, min(max(buckets, 1), MAX_BUCKETS))
        rows = self._heavy(statements.histogram(query, names, agencies, steps), tag)
        return steps.buckets({row["bucket"]: row["n"] for row in rows})

    def top_values(
        self, query: SearchQuery, field: str, agencies: Agencies, limit: int = 20, tag: str = ""
    ) -> tuple[ValueCount, ...]:
        """Most frequent values of a field."""
        limit = min(max(limit, 1), MAX_TOP)
        rows = self._heavy(statements.top_values(query, field, self._names.spellings, agencies, limit), tag)
        return tuple([ValueCount(decode(row["value"]), row["n"]) for row in rows])

    def sql(
        self,
        query: SqlQuery,
        agencies: Agencies,
        from_us: int | None = None,
        to_us: int | None = None,
        tag: str = "",
    ) -> Table:
        """Run an expert's checked statement."""
        statement = statements.expert(query, agencies, from_us, to_us)
        sql = f"{statement.sql} SETTINGS {self._limits.settings(tag)}, {EXPERT}"
        with self._readers.borrow(self._limits.patience_s) as connection:
            try:
                return read_table(connection.text(sql, statement.values, FORMAT), query.limit)
            except SearchTooHeavyError:
                raise
            except StoreError as error:
                raise StatementError(told(str(error))) from error

    def get(self, event_id: str, agencies: Agencies) -> StoredEvent | None:
        """One event that may be seen, or None."""
        if len(event_id) != 32 or not event_id.isalnum():
            return None
        rows = self._heavy(statements.get(event_id, agencies), "")
        return stored_event(rows[0]) if rows else None

    def host_activity(
        self, host: str, around_us: int, window_us: int, agencies: Agencies, limit: int = 200
    ) -> tuple[StoredEvent, ...]:
        """What a host did around a time, oldest first."""
        half = max(min(limit, MAX_PAGE) // 2, 1)
        before, after = (
            self._heavy(statements.host_activity(host, around_us, window_us, agencies, half, later), "")
            for later in (False, True)
        )
        return tuple([stored_event(row) for row in (*reversed(before), *after)])

    def counts_by_source(self, since_us: int) -> tuple[SourceCount, ...]:
        """Per source, what was received since."""
        return tuple(
            [
                SourceCount(
                    decode(row["agency"]), decode(row["source"]), row["n"], row["unparsed"], row["last"]
                )
                for row in self._heavy(statements.counts_by_source(since_us), "")
            ]
        )

    def count_since(self, since_us: int, agencies: Agencies) -> int:
        """How many events were received since."""
        return int(self._heavy(statements.count_since(since_us, agencies), "")[0]["n"])

    def field_names(self, prefix: str = "", limit: int = 50) -> tuple[str, ...]:
        """Names for completion."""
        return self._names.starting(prefix, limit)

    def spellings(self, lower: str) -> tuple[str, ...]:
        """The exact names of a log field in lower case."""
        return self._names.spellings(lower)

    def size_bytes(self) -> int:
        """Bytes of all active parts."""
        sql = (
            f"SELECT sum(bytes_on_disk) AS n FROM {self._tables.parts} "  # noqa: S608 (ours)
            "WHERE active AND database = currentDatabase()"
        )
        return int(self._plain(Statement(sql, {}))[0]["n"])

    def expire(self, now_us: int, days: Mapping[int, int], held: Sequence[Held]) -> tuple[Expired, ...]:
        """Delete what is old enough and not held."""
        connection = self._connect()
        try:
            return expire(connection, now_us, days, held, self._tables)
        finally:
            connection.close()

    def kept_days(self) -> tuple[KeptDay, ...]:
        """What is kept, by day of arrival and level, the oldest first."""
        connection = self._connect()
        try:
            return kept_days(connection, self._tables)
        finally:
            connection.close()

    def cancel(self, tag: str) -> None:
        """End the running searches of this tag."""
        with self._controlling:
            if tagged(tag):
                self._control.rows(
                    "KILL QUERY WHERE Settings['log_comment'] = {p0:String} ASYNC", {"p0": tagged(tag)}
                )

    def close(self) -> None:
        """Wait for what is running, then close the connections. A second time it does nothing."""
        with self._writing, self._controlling:
            if self._closed:
                return
            self._closed = True
            self._exports.close()
            self._readers.close()
            self._control.close()
            self._writer.close()

    def _read_names(self) -> None:
        with self._readers.borrow(self._limits.patience_s) as connection:
            self._names.add([decode(row["name"]) for row in connection.rows(_NAMES)])

    def _heavy(self, statement: Statement, tag: str) -> list[Row]:
        """Run a searcher's statement, within limits."""
        return self._run(statement, self._limits.settings(tag))

    def _plain(self, statement: Statement) -> list[Row]:
        """Run the store's own statement, which must see its end."""
        return self._run(statement, self._limits.plain)

    def _run(self, statement: Statement, settings: str) -> list[Row]:
        sql = f"{statement.sql} SETTINGS {settings}"
        with self._readers.borrow(self._limits.patience_s) as connection:
            try:
                return connection.rows(sql, statement.values)
            except SearchTooHeavyError:
                raise
            except StoreError as error:
                if not self._without_damage(connection, error):
                    raise
                return connection.rows(sql, statement.values)

    def _without_damage(self, connection: Link, error: StoreError) -> bool:
        """Whether parts were damaged, and are set aside now: the rest can answer."""
        if not any(sign in str(error) for sign in DAMAGE):
            return False
        with self._repairing:
            # Reading everything is dear: where it found nothing it is not done again for a while.
            if time.monotonic() < self._check_from:
                return False
            lost = detach_damaged(connection)
            if not lost:
                self._check_from = time.monotonic() + CHECK_AGAIN_S
        for one in lost:
            _log.critical(
                "damaged events were set aside; keng verify tells more",
                table=one.table,
                part=one.part,
                day=one.day,
                events=one.events,
                reason=one.reason,
            )
        return bool(lost)
