"""History asked as a whole, slice by slice: for all rules at once, on a connection of its own, read-only.

Statements (see `detect/sigma/retro.py` for what they are for): the distinct values of some fields; the events that are
worth a look, with some of their fields; whole events by their place. Values travel as parameters. Every statement has
limits and the tag of its job, by which it can be ended.
"""

# ruff: noqa: S608
# Only constants and placeholders are put together here; values travel apart, in `Parameters`.

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import pyarrow as pa

from keng.model.event import LogSource
from keng.model.probe import Row as Looked
from keng.model.probe import Selection, StoredValue
from keng.store.base import Agencies, StoredEvent
from keng.store.limits import OUTPUT, tagged
from keng.store.link import Link, Row
from keng.store.parameters import Parameters
from keng.store.read import stored_event
from keng.store.schema import EVENTS, FIELD_NAMES
from keng.store.selection import distinct_values, selected, with_word
from keng.store.statements import EVENT_COLUMNS, moment, visible
from keng.store.text import decode

SLICE_EVENTS = 500_000
FIELDS_AT_ONCE = 24
AT_ONCE = 500
"""Places of one statement."""
DAY_US = 86_400 * 10**6


class Slice(NamedTuple):
    """A part of history: received in [received_from, received_to), of event time [from, to), microseconds."""

    received_from_us: int
    received_to_us: int
    from_us: int
    to_us: int
    events: int


class HistoryLimits(NamedTuple):
    """Of each statement."""

    threads: int = 2
    memory_bytes: int = 1 << 30
    seconds: float = 300.0


class History:
    """Not for two threads at once. close() gives the connection back."""

    def __init__(
        self,
        connection: Link,
        limits: HistoryLimits | None = None,
        tag: str = "",
        event_id: str = "EventID",
    ) -> None:
        chosen = limits or HistoryLimits()
        self._connection = connection
        self._event_id = event_id
        self._settings = (
            f"log_comment = '{tagged(tag)}', max_execution_time = {chosen.seconds}, "
            f"timeout_overflow_mode = 'throw', max_memory_usage = {chosen.memory_bytes}, "
            f"max_threads = {chosen.threads}, max_block_size = 65536, preferred_block_size_bytes = 0, use_query_condition_cache = 0, max_hyperscan_regexp_length = 0, "
            f"max_hyperscan_regexp_total_length = 0, reject_expensive_hyperscan_regexps = 0, {OUTPUT}"
        )

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def slices(
        self, since_us: int = 0, agencies: Agencies = None, size: int = SLICE_EVENTS
    ) -> tuple[Slice, ...]:
        """History in parts of about `size` events, the newest first; since_us: by event time."""
        parameters = Parameters()
        where = f"{visible(agencies, parameters)} AND time >= {moment(since_us, parameters)}"
        days = self._rows(
            "SELECT toUnixTimestamp(toStartOfDay(received)) AS day, count() AS n, "
            "toUnixTimestamp64Micro(min(time)) AS first, toUnixTimestamp64Micro(max(time)) AS last "
            f"FROM {EVENTS} WHERE {where} GROUP BY day ORDER BY day DESC",
            parameters,
        )
        return tuple([part for day in days for part in self._parts(day, where, parameters, size)])

    def kinds(self, part: Slice, agencies: Agencies = None) -> list[tuple[LogSource, str, int]]:
        """Log source, event id, number of events."""
        parameters = Parameters()
        event_id = parameters.log_field(self._event_id)
        rows = self._rows(
            f"SELECT product, service, categories, {event_id} AS e, count() AS n FROM {EVENTS} "
            f"WHERE {_within(part, agencies, parameters)} GROUP BY product, service, categories, e",
            parameters,
        )
        return [(_logsource(row), decode(row["e"]), row["n"]) for row in rows]

    def values(
        self, part: Slice, logsource: LogSource, fields: Sequence[str], agencies: Agencies = None
    ) -> dict[str, list[StoredValue]]:
        """The distinct values of some fields among the events of a log source."""
        found: dict[str, list[StoredValue]] = {field: [] for field in fields}
        for start in range(0, len(fields), FIELDS_AT_ONCE):
            some = fields[start : start + FIELDS_AT_ONCE]
            parameters = Parameters()
            table = self._table(
                distinct_values(
                    some,
                    f"{_within(part, agencies, parameters)} AND {_of(logsource, parameters)}",
                    parameters,
                ),
                parameters,
            )
            # GROUPING SETS says by a bit for each field that it was not grouped by.
            of_bits = {
                ((1 << len(some)) - 1) ^ (1 << (len(some) - 1 - n)): found[name]
                for n, name in enumerate(some)
            }
            columns = [table.column(name).to_pylist() for name in ("bits", "k", "n")]
            for text, bits, key, events in zip(_texts(table.column("v")), *columns, strict=True):
                of_bits[bits].append(StoredValue(text, key, events))
        return found

    def looks(
        self,
        part: Slice,
        logsource: LogSource,
        selection: Selection,
        fields: Sequence[str],
        agencies: Agencies = None,
        places: bool = True,
    ) -> Iterator[Looked]:
        """Selected events of a log source: what they say in `fields`, and (places) where they are."""
        parameters = Parameters()
        where = f"{_within(part, agencies, parameters)} AND {_of(logsource, parameters)}"
        event_id = parameters.log_field(self._event_id)
        statement = selected(selection, fields, event_id, where, parameters, places)
        for batch in self._table(statement, parameters).to_batches(max_chunksize=10_000):
            texts = [_texts(batch.column(f"f{n}")) for n in range(len(fields))]
            rest = [batch.column(name).to_pylist() for name in ("e", "word", "places")]
            for number, (e, word, found) in enumerate(zip(*rest, strict=True)):
                yield Looked(
                    decode(e),
                    tuple([column[number] for column in texts]),
                    bool(word),
                    tuple([(one, name.hex()) for one, name in (place.values() for place in found)]),
                )

    def with_words(
        self, part: Slice, words: Sequence[str], most: int, agencies: Agencies = None
    ) -> dict[LogSource, list[tuple[int, str]] | None]:
        """Where one of these words may be, by log source; None where that is in more than `most` events.

        One reading for all log sources: what words cost is taking every value out of its column.
        """
        parameters = Parameters()
        statement = with_word(words, _within(part, agencies, parameters), parameters, most)
        found: dict[LogSource, list[tuple[int, str]] | None] = {}
        for row in self._table(statement, parameters).to_pylist():
            places = [(one, name.hex()) for one, name in (place.values() for place in row["places"])]
            found[_logsource(row)] = places if row["n"] <= most else None
        return found

    def field_names(self) -> frozenset[str]:
        """Names of all log fields that were ever stored."""
        return frozenset(
            [decode(row["name"]) for row in self._rows(f"SELECT name FROM {FIELD_NAMES}", Parameters())]
        )

    def events(
        self, part: Slice, places: Sequence[tuple[int, str]], agencies: Agencies = None
    ) -> Iterator[list[StoredEvent]]:
        """The events at some places: time (µs) and id. At most `AT_ONCE` at once."""
        ordered = sorted(places)
        for start in range(0, len(ordered), AT_ONCE):
            some = ordered[start : start + AT_ONCE]
            parameters = Parameters()
            times = parameters.numbers(sorted({time_us for time_us, _id in some}))
            ids = ", ".join([f"unhex({parameters.text(one)})" for _time, one in some])
            where = (
                f"{_within(part, agencies, parameters)} AND time >= {moment(some[0][0], parameters)} "
                f"AND time <= {moment(some[-1][0], parameters)} AND "
                f"time IN (SELECT fromUnixTimestamp64Micro(toInt64(arrayJoin({times})), 'UTC')) AND id IN ({ids})"
            )
            rows = self._rows(f"SELECT {EVENT_COLUMNS} FROM {EVENTS} WHERE {where}", parameters)
            yield [stored_event(row) for row in rows]

    def _table(self, sql: str, parameters: Parameters) -> pa.Table:
        answer = self._connection.text(f"{sql} SETTINGS {self._settings}", parameters.values, "ArrowStream")
        return pa.ipc.open_stream(pa.py_buffer(answer)).read_all()

    def _rows(self, sql: str, parameters: Parameters) -> list[Row]:
        return self._connection.rows(f"{sql} SETTINGS {self._settings}", parameters.values)

    def _parts(self, day: Row, where: str, parameters: Parameters, size: int) -> Iterator[Slice]:
        start = day["day"] * 10**6
        number = max(1, -(-day["n"] // size))
        bounds = [day["first"], day["last"] + 1]
        if number > 1:
            levels = ", ".join([str(n / number) for n in range(1, number)])
            (row,) = self._rows(
                f"SELECT quantiles({levels})(toUnixTimestamp64Micro(time)) AS bounds FROM {EVENTS} WHERE {where} "
                f"AND received >= {moment(start, parameters)} AND received < {moment(start + DAY_US, parameters)}",
                parameters,
            )
            inner = sorted({int(bound) for bound in row["bounds"]})
            bounds = [bounds[0], *[b for b in inner if bounds[0] < b < bounds[1]], bounds[1]]
        for low, high in pairwise(bounds):
            yield Slice(start, start + DAY_US, low, high, -(-day["n"] // (len(bounds) - 1)))


def _within(part: Slice, agencies: Agencies, parameters: Parameters) -> str:
    return (
        f"{visible(agencies, parameters)} AND received >= {moment(part.received_from_us, parameters)} "
        f"AND received < {moment(part.received_to_us, parameters)} AND time >= {moment(part.from_us, parameters)} "
        f"AND time < {moment(part.to_us, parameters)}"
    )


def _of(logsource: LogSource, parameters: Parameters) -> str:
    product, service = parameters.text(logsource.product), parameters.text(logsource.service)
    categories = parameters.texts(logsource.categories)
    return f"product = {product} AND service = {service} AND categories = {categories}"


def _texts(column: pa.Array | pa.ChunkedArray) -> list[str | None]:
    """The texts of a column; None where the bytes are no UTF-8. Nearly always none is, and all are read at once."""
    try:
        found: list[str | None] = column.cast(pa.large_string()).to_pylist()
    except pa.ArrowInvalid:
        return [_text(data) for data in column.to_pylist()]
    return found


def _text(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _logsource(row: Row) -> LogSource:
    categories = tuple([decode(one) for one in row["categories"]])
    return LogSource(decode(row["product"]), decode(row["service"]), categories)
