"""Events to an Arrow stream, column by column. A hot path: whole columns at a time, no work per value that can be spared.

Names of fields go as numbers into a dictionary: events with the same set of fields share one array of numbers.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, chain

import pyarrow as pa

from keng.model.event import Event
from keng.model.hot_columns import HotColumns
from keng.store.errors import StoreError
from keng.store.schema import COLUMNS, EVENTS
from keng.store.skeleton import Skeletons
from keng.store.text import encode, text_of

# ClickHouse ignores misnamed columns unless told not to.
INSERT = (
    f"INSERT INTO {EVENTS} ({', '.join(column.name for column in COLUMNS)}) SETTINGS "
    "input_format_skip_unknown_fields = 0, input_format_arrow_allow_missing_columns = 0, "
    "exclude_materialize_skip_indexes_on_insert = 'words'"
)
MAX_ROWS = 20_000
MAX_TEXT = 64 * 1024 * 1024
MAX_LEVEL = 5
MAX_TIME_US = 10_413_791_999_999_999  # the end of 2299, where DateTime64 ends

_TIME = pa.timestamp("us", "UTC")
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


class ArrowColumns:
    """Turns events into Arrow streams with all columns of the table. Not for two threads at once.

    hot_columns, level_of: see `ChdbStore`. It remembers how raw texts are cut, from one call to the next.
    """

    def __init__(self, hot_columns: Callable[[Event], HotColumns], level_of: Callable[[str], int]) -> None:
        self._hot_columns = hot_columns
        self._level_of = level_of
        self._skeletons = Skeletons()

    def stream(self, events: Sequence[Event]) -> bytes:
        """One Arrow IPC stream. Raises StoreError on an id that is not 32 hex digits."""
        sources = [event.source for event in events]
        levels = {source: min(max(self._level_of(source), 0), MAX_LEVEL) for source in set(sources)}
        columns: dict[str, pa.Array] = {
            "id": _ids([event.id for event in events]),
            "time": _times([event.time_us for event in events]),
            "received": _times([event.received_us or event.time_us for event in events]),
            "offset": pa.array([event.offset for event in events], pa.uint64()),
            "agency": _strings([event.agency for event in events]),
            "source": _strings(sources),
            "host": _strings([event.host for event in events]),
            "format": _strings([event.format for event in events]),
            "product": _strings([event.logsource.product for event in events]),
            "service": _strings([event.logsource.service for event in events]),
            "categories": _lists([event.logsource.categories for event in events]),
            "parsed": pa.array([event.parsed for event in events], pa.bool_()),
            "level": pa.array([levels[source] for source in sources], pa.uint8()),
        }
        hot_columns = self._hot_columns
        rows = [hot_columns(event) for event in events]
        for name, values in zip(HotColumns._fields, zip(*rows, strict=True), strict=True):
            numeric = isinstance(HotColumns._field_defaults[name], int)
            columns[name] = pa.array(values, _WIDTHS.get(name, _PORT)) if numeric else _strings(values)
        columns |= _texts(events, self._skeletons)
        return _stream(
            pa.record_batch([columns[column.name] for column in COLUMNS], [c.name for c in COLUMNS])
        )


def names_stream(names: Sequence[str]) -> bytes:
    """An Arrow stream for the table of field names."""
    return _stream(pa.record_batch([_strings(names)], ["name"]))


def _stream(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    return bytes(sink.getvalue())


def _texts(events: Sequence[Event], skeletons: Skeletons) -> dict[str, pa.Array]:
    """The columns fields, skeleton, rest: in one pass, for the raw text is cut by the values."""
    names = _Numbers()
    coded: dict[tuple[str, ...], bytes] = {}
    keys: list[bytes] = []
    values: list[str] = []
    lengths: list[int] = []
    shared = _Numbers()
    skeleton = array("i")
    rests: list[str] = []
    cut = skeletons.cut
    for event in events:
        fields = event.fields
        shape = tuple(fields)
        code = coded.get(shape)
        if code is None:
            code = coded[shape] = array("i", [names.of(name) for name in shape]).tobytes()
        keys.append(code)
        texts = [
            value if value.__class__ is str else str(value) if value.__class__ is int else text_of(value)
            for value in fields.values()
        ]
        values += texts
        lengths.append(len(texts))
        common, rest = cut(shape, texts, event.raw)
        skeleton.append(shared.of(common))
        rests.append(rest)
    return {
        "fields": pa.MapArray.from_arrays(
            _offsets(iter(lengths)), _dictionary(b"".join(keys), names), _strings(values)
        ),
        "skeleton": _dictionary(skeleton.tobytes(), shared),
        "rest": _strings(rests),
    }


class _Numbers(dict[str, int]):
    """Texts and their numbers, from 0 in the order of appearance."""

    def of(self, text: str) -> int:
        return self.setdefault(text, len(self))


def _dictionary(numbers: bytes, texts: _Numbers) -> pa.Array:
    indexes = pa.Array.from_buffers(pa.int32(), len(numbers) // 4, [None, pa.py_buffer(numbers)])
    return pa.DictionaryArray.from_arrays(indexes, _strings(list(texts)))


def _ids(ids: list[str]) -> pa.Array:
    try:
        data = bytes.fromhex("".join(ids))
    except ValueError:
        data = b""
    if len(data) != 16 * len(ids) or set(map(len, ids)) != {32}:
        wrong = next((one for one in ids if len(one) != 32 or not one.isalnum()), "?")
        raise StoreError(f"an event's id is not 32 hex digits: {wrong!r}")
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(ids), [None, pa.py_buffer(data)])


def _times(times: list[int]) -> pa.Array:
    if min(times) < 0 or max(times) > MAX_TIME_US:
        times = [min(max(time, 0), MAX_TIME_US) for time in times]
    return pa.array(times, pa.int64()).cast(_TIME)


def _strings(texts: Sequence[str]) -> pa.Array:
    try:
        return pa.array(texts, pa.string())
    except (UnicodeEncodeError, pa.ArrowInvalid):
        return pa.array([encode(text) for text in texts], pa.binary())


def _offsets(lengths: Iterator[int]) -> pa.Array:
    return pa.array(list(accumulate(lengths, initial=0)), pa.int32())


def _lists(lists: list[tuple[str, ...]]) -> pa.Array:
    return pa.ListArray.from_arrays(_offsets(map(len, lists)), _strings(list(chain.from_iterable(lists))))
