"""Found events as files, piece by piece: CSV without formulas, JSON lines, Parquet. Pages of events in, bytes out."""

import csv
import io
from collections.abc import Iterable, Iterator

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from keng.model.hot_columns import HotColumns
from keng.store.base import StoredEvent
from keng.store.event_object import event_object
from keng.web.csv_export import safe_cell
from keng.web.times import iso

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}
_META = (
    "time",
    "received",
    "id",
    "agency",
    "source",
    "host",
    "format",
    "product",
    "service",
    "categories",
    "parsed",
)
_HOT = HotColumns._fields

_SCHEMA = pa.schema(
    [
        ("time", pa.timestamp("us", "UTC")),
        ("received", pa.timestamp("us", "UTC")),
        *((name, pa.string()) for name in _META[2:9]),
        ("categories", pa.list_(pa.string())),
        ("parsed", pa.bool_()),
        *(
            (name, pa.int32() if isinstance(default, int) else pa.string())
            for name, default in HotColumns._field_defaults.items()
        ),
        ("fields", pa.map_(pa.string(), pa.string())),
        ("raw", pa.string()),
    ]
)


def as_csv(pages: Iterable[tuple[StoredEvent, ...]]) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, every cell quoted and none a formula; the log's fields as JSON in one cell."""
    yield _csv_rows([[*_META, *_HOT, "fields", "raw"]], b"\xef\xbb\xbf")
    for page in pages:
        yield _csv_rows(
            [
                [iso(e.time_us), iso(e.received_us), *_texts(e), ", ".join(e.categories), str(e.parsed).lower(),
                 *e.hot, msgspec.json.encode(e.fields).decode(), e.raw]
                for e in page
            ]
        )  # fmt: skip


def as_json_lines(pages: Iterable[tuple[StoredEvent, ...]]) -> Iterator[bytes]:
    """One object a line; columns without a value are left out."""
    for page in pages:
        yield b"".join([msgspec.json.encode(event_object(event)) + b"\n" for event in page])


def as_parquet(pages: Iterable[tuple[StoredEvent, ...]]) -> Iterator[bytes]:
    """One row group a page; what the writer has finished leaves at once."""
    sink = io.BytesIO()
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), _SCHEMA, compression="zstd") as writer:
        for page in pages:
            writer.write_table(pa.Table.from_pylist([_row(event) for event in page], _SCHEMA))
            yield sink.getvalue()
            sink.seek(0)
            sink.truncate()
    yield sink.getvalue()


def _csv_rows(rows: Iterable[Iterable[object]], start: bytes = b"") -> bytes:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([safe_cell(cell) for cell in row] for row in rows)
    return start + out.getvalue().encode("utf-8", "replace")


def _texts(event: StoredEvent) -> tuple[str, ...]:
    return (event.id, event.agency, event.source, event.host, event.format, event.product, event.service)


def _row(event: StoredEvent) -> dict[str, object]:
    return {
        "time": event.time_us,
        "received": event.received_us,
        **dict(zip(_META[2:9], _texts(event), strict=True)),
        "categories": list(event.categories),
        "parsed": event.parsed,
        **event.hot._asdict(),
        "fields": list(event.fields.items()),
        "raw": event.raw,
    }
