"""Columns as Arrow arrays, in the types that the events table takes."""

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain

import pyarrow as pa

from keng.store.errors import StoreError
from keng.store.text import encode

MAX_TIME_US = 10_413_791_999_999_999  # the end of 2299, where DateTime64 ends
_TIME = pa.timestamp("us", "UTC")


class Numbers(dict[str, int]):
    """Texts and their numbers, from 0 in the order of appearance."""

    def of(self, text: str) -> int:
        """The text's number."""
        return self.setdefault(text, len(self))


def ids(texts: Sequence[str]) -> pa.Array:
    """Ids of 32 hex digits as 16 bytes each. Raises StoreError on others."""
    try:
        data = bytes.fromhex("".join(texts))
    except ValueError:
        data = b""
    if len(data) != 16 * len(texts) or set(map(len, texts)) != {32}:
        wrong = next((one for one in texts if len(one) != 32 or not one.isalnum()), "?")
        raise StoreError(f"an event's id is not 32 hex digits: {wrong!r}")
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(texts), [None, pa.py_buffer(data)])


def times(values: Sequence[int]) -> pa.Array:
    """Microseconds; what is out of range is brought to its ends."""
    if min(values) < 0 or max(values) > MAX_TIME_US:
        values = [min(max(value, 0), MAX_TIME_US) for value in values]
    return pa.array(values, pa.int64()).cast(_TIME)


def strings(texts: Sequence[str]) -> pa.Array:
    """Texts; as bytes if one of them is no UTF-8."""
    try:
        return pa.array(texts, pa.string())
    except (UnicodeEncodeError, pa.ArrowInvalid):
        return pa.array([encode(text) for text in texts], pa.binary())


def dictionary(numbers: "array[int]", texts: Numbers) -> pa.Array:
    """Texts by their numbers (32 bits each)."""
    indexes = pa.Array.from_buffers(pa.int32(), len(numbers), [None, pa.py_buffer(numbers)])
    return pa.DictionaryArray.from_arrays(indexes, strings(list(texts)))


def lists(values: Sequence[tuple[str, ...]]) -> pa.Array:
    """Lists of texts."""
    return pa.ListArray.from_arrays(offsets(map(len, values)), strings(list(chain.from_iterable(values))))


def offsets(lengths: Iterable[int]) -> pa.Array:
    """Where each of several runs begins, and where the last ends."""
    return pa.array(list(accumulate(lengths, initial=0)), pa.int32())


def together(arrays: Sequence[pa.Array]) -> pa.Array:
    """One after the other, as one array."""
    if len({one.type for one in arrays}) > 1:  # texts, and texts that are no UTF-8
        arrays = [one.cast(pa.binary()) for one in arrays]
    return arrays[0] if len(arrays) == 1 else pa.concat_arrays(arrays)


def stream(names: Sequence[str], columns: Sequence[pa.Array]) -> bytes:
    """An Arrow IPC stream of one batch."""
    batch = pa.record_batch(columns, names)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as opened:
        opened.write_batch(batch)
    return bytes(sink.getvalue())
