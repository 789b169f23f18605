"""Events to an Arrow stream. A hot path: whole columns at a time, no work per value that can be spared.

Events with the same fields go together, a few hundred at once, so that what is worked on stays in the processor's
cache. The order of events within a stream is not kept; the table has its own.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

import pyarrow as pa

from keng.model.event import Event
from keng.model.hot_columns import HotColumns, HotTable
from keng.store.arrow import Numbers, dictionary, ids, lists, offsets, stream, strings, times, together
from keng.store.schema import COLUMNS, EVENTS
from keng.store.skeleton import Skeletons
from keng.store.text import text_of

# ClickHouse ignores misnamed columns unless told not to.
INSERT = (
    f"INSERT INTO {EVENTS} ({', '.join(column.name for column in COLUMNS)}) SETTINGS "
    "input_format_skip_unknown_fields = 0, input_format_arrow_allow_missing_columns = 0"
)
MAX_ROWS = 20_000
MAX_TEXT = 64 * 1024 * 1024
MAX_LEVEL = 5
TOGETHER = 400  # events that are worked on at once

_WIDTHS = {"class_uid": pa.uint32(), "activity_id": pa.uint8(), "status_id": pa.uint8()}
_PORT = pa.uint16()


def portions(events: Sequence[Event]) -> Iterator[Sequence[Event]]:
    """Runs of events that fit one insert: at most 20,000 rows, and 64 MiB of raw text (or one event)."""
    start = size = 0
    for n, event in enumerate(events):
        size += len(event.raw)
        if n > start and (n - start >= MAX_ROWS or size > MAX_TEXT):
            yield events[start:n]
            start, size = n, len(event.raw)
    if start < len(events):
        yield events[start:]


class Made(NamedTuple):
    """Events made ready for one insert. shapes: the names of fields that stand together in them."""

    shapes: list[tuple[str, ...]]
    stream: bytes


Shapes = dict[tuple[str, ...], list[Event]]
"""Events by their fields' names, in the events' order."""


def shapes_of(events: Sequence[Event]) -> Shapes:
    """Put events with the same fields together."""
    shapes: Shapes = {}
    for event in events:
        names = tuple(event.fields)
        group = shapes.get(names)
        if group is None:
            group = shapes[names] = []
        group.append(event)
    return shapes


class ArrowColumns:
    """Turns events into Arrow streams with all columns of the table. Not for two threads at once.

    hot_table, level_of: see `ChdbStore`. It remembers how raw texts are cut, from one call to the next.
    """

    def __init__(
        self, hot_table: Callable[[Sequence[Event]], HotTable], level_of: Callable[[str], int]
    ) -> None:
        self._hot_table = hot_table
        self._level_of = level_of
        self._skeletons = Skeletons()

    def made(self, events: Sequence[Event]) -> Iterator[Made]:
        """Events ready to be inserted, portion by portion. Raises StoreError as `stream` does."""
        for portion in portions(events):
            shapes = shapes_of(portion)
            yield Made(list(shapes), self.stream(shapes))

    def stream(self, shapes: Shapes) -> bytes:
        """One Arrow IPC stream. Raises StoreError on an id that is not 32 hex digits."""
        filled = _Filled(self._level_of)
        for names, events in shapes.items():
            for start in range(0, len(events), TOGETHER):
                some = events[start : start + TOGETHER]
                values = _values(some)
                cut = self._skeletons.cut(names, values, [event.raw for event in some])
                filled.add(some, self._hot_table(some), names, values, *cut)
        columns = filled.columns()
        return stream([c.name for c in COLUMNS], [columns[column.name] for column in COLUMNS])


class _Filled:
    """Columns while they are filled. Arrays are made while the texts are still in the processor's cache."""

    def __init__(self, level_of: Callable[[str], int]) -> None:
        self._level_of = level_of
        self._arrays: dict[str, list[pa.Array]] = {}
        self._names = Numbers()
        self._keys: array[int] = array("i")
        self._lengths: list[int] = []
        self._shared = Numbers()
        self._skeletons: array[int] = array("i")
        self._clear()

    def _clear(self) -> None:
        self._events: list[Event] = []
        self._hot: list[list[Any]] = [[] for _name in HotColumns._fields]
        self._values: list[str] = []
        self._rests: list[str] = []

    def add(
        self,
        events: Sequence[Event],
        hot: HotTable,
        names: tuple[str, ...],
        values: Sequence[Sequence[str]],
        skeletons: Sequence[str],
        rests: Sequence[str],
    ) -> None:
        """Events with the same fields. values: a sequence for each field."""
        self._events += events
        for filled, more in zip(self._hot, hot, strict=True):
            filled += more
        self._keys += array("i", map(self._names.of, names)) * len(events)
        self._lengths += [len(names)] * len(events)
        self._values += chain.from_iterable(zip(*values, strict=True))
        self._skeletons.extend(map(self._shared.of, skeletons))
        self._rests += rests
        if len(self._events) >= TOGETHER:
            self._make_arrays()

    def columns(self) -> dict[str, pa.Array]:
        """All columns of what was added."""
        if self._events:
            self._make_arrays()
        columns = {name: together(arrays) for name, arrays in self._arrays.items()}
        keys = dictionary(self._keys, self._names)
        columns["fields"] = pa.MapArray.from_arrays(offsets(self._lengths), keys, columns["fields"])
        columns["skeleton"] = dictionary(self._skeletons, self._shared)
        return columns

    def _make_arrays(self) -> None:
        events = self._events
        sources = [event.source for event in events]
        levels = {source: min(max(self._level_of(source), 0), MAX_LEVEL) for source in set(sources)}
        made = {
            "id": ids([event.id for event in events]),
            "time": times([event.time_us for event in events]),
            "received": times([event.received_us or event.time_us for event in events]),
            "offset": pa.array([event.offset for event in events], pa.uint64()),
            "agency": strings([event.agency for event in events]),
            "source": strings(sources),
            "host": strings([event.host for event in events]),
            "format": strings([event.format for event in events]),
            "product": strings([event.logsource.product for event in events]),
            "service": strings([event.logsource.service for event in events]),
            "categories": lists([event.logsource.categories for event in events]),
            "parsed": pa.array([event.parsed for event in events], pa.bool_()),
            "level": pa.array([levels[source] for source in sources], pa.uint8()),
            "fields": strings(self._values),
            "rest": strings(self._rests),
        }
        for name, values in zip(HotColumns._fields, self._hot, strict=True):
            number = isinstance(HotColumns._field_defaults[name], int)
            made[name] = pa.array(values, _WIDTHS.get(name, _PORT)) if number else strings(values)
        for name, one in made.items():
            self._arrays.setdefault(name, []).append(one)
        self._clear()


def names_stream(names: Sequence[str]) -> bytes:
    """An Arrow stream for the table of field names."""
    return stream(["name"], [strings(names)])


def _values(events: Sequence[Event]) -> list[Sequence[str]]:
    """For each field its values as they are kept, as texts."""
    columns: list[Sequence[str]] = []
    for values in zip(*[event.fields.values() for event in events], strict=True):
        kinds = set(map(type, values))
        if kinds == {str}:
            columns.append(values)
        else:
            columns.append(list(map(str if kinds == {int} else text_of, values)))
    return columns
