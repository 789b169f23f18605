"""The events table: columns, indexes, and the statements that make it. ClickHouse SQL; chDB and a cluster take it alike.

Partitions are days of *arrival*, not of the event's own time: a sender with a wrong clock cannot scatter a batch over
thousands of partitions. Each day is divided by the level of the system that the event comes from, which says how long
it is kept: retention drops whole partitions (`store/retention.py`). The order is the event's time, so that
"newest first" reads backwards and stops, and a time range skips by the primary key.

The raw text is not kept as it came but cut into `skeleton` and `rest` (`store/skeleton.py`); `raw` is computed when it is
asked for, which costs some microseconds a row: ask for it last.

`WORDS` is the text that a bare word is looked for in: skeleton, rest and values have the words of the raw text and of
the fields, each once. The text index is on that very expression: a statement that spells it differently would scan.
It is built on insert: rows without it are scanned, at 2 µs of processor time each, by every search for a word. Parts are
merged ten or so at a time, which pays for that: a row is merged less often. Granules are small: a page of found events
lies in as many granules, and each must be unpacked whole. Maps are kept in buckets once merged: reading
one key then reads a part only.
"""

from typing import NamedTuple

from keng.model.hot_columns import HotColumns

VERSION = 2
EVENTS = "events"
FIELD_NAMES = "field_names"

WORDS = "lowerUTF8(concat(skeleton, ' ', rest, ' ', arrayStringConcat(mapValues(fields), ' ')))"

_NAME = "substring(piece, 2, position(piece, '\\x02') - 2)"
_JSON = f"replaceAll(replaceAll(fields[{_NAME}], '\\\\', '\\\\\\\\'), '\"', '\\\\\"')"
_PIECES = "splitByChar('\\x01', substring(skeleton, 2))"
RAW = (
    "if(skeleton = '', rest, arrayStringConcat(arrayMap((piece, number) -> concat("
    "multiIf(startsWith(piece, '-'), splitByChar('\\x01', rest)[number], "
    f"startsWith(piece, '='), fields[{_NAME}], {_JSON}), "
    "substring(piece, position(piece, '\\x02') + 1)), "
    f"{_PIECES}, arrayCumSum(piece -> startsWith(piece, '-'), {_PIECES}))))"
)

_LOW = "LowCardinality(String)"
_TEXT = "String CODEC(ZSTD(1))"
_TIME = "DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1))"


class Column(NamedTuple):
    """A column and its type, with codec."""

    name: str
    type: str


_HOT_TYPES = {
    "class_uid": "UInt32",
    "activity_id": "UInt8",
    "status_id": "UInt8",
    "code": _LOW,
    "user": _LOW,
    "process": _LOW,
    "command_line": _TEXT,
    "parent": _LOW,
    "src_ip": _LOW,
    "src_port": "UInt16",
    "dst_ip": _LOW,
    "dst_port": "UInt16",
    "domain": _TEXT,
    "url": _TEXT,
    "file_path": _TEXT,
    "hash": _TEXT,
}

COLUMNS: tuple[Column, ...] = (
    Column("id", "FixedString(16) CODEC(NONE)"),
    Column("time", _TIME),
    Column("received", _TIME),
    Column("offset", "UInt64 CODEC(Delta, ZSTD(1))"),
    Column("agency", _LOW),
    Column("source", _LOW),
    Column("host", _LOW),
    Column("format", _LOW),
    Column("product", _LOW),
    Column("service", _LOW),
    Column("categories", "Array(LowCardinality(String))"),
    Column("parsed", "Bool"),
    Column("level", "UInt8"),
    *(Column(name, _HOT_TYPES[name]) for name in HotColumns._fields),
    Column("fields", "Map(LowCardinality(String), String) CODEC(ZSTD(3))"),
    Column("skeleton", _LOW),
    Column("rest", _TEXT),
)

_INDEXES = (
    f"INDEX words {WORDS} TYPE text(tokenizer = splitByNonAlpha, posting_list_codec = 'bitpacking', "
    "dictionary_block_size = 2048)",
    "INDEX id id TYPE bloom_filter(0.01) GRANULARITY 8",
    "INDEX offset offset TYPE minmax GRANULARITY 32",
    "INDEX received received TYPE minmax GRANULARITY 32",
)

_DURABLE = "fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1"
# Damaged parts are set aside at the start, however many: the rest must work, and `keng verify` names them.
_DAMAGE = "max_suspicious_broken_parts = 1000000, max_suspicious_broken_parts_bytes = 1000000000000000"
# A day at which nothing arrives any more becomes one part: fewest files, and nothing left without its index.
_REST = "min_age_to_force_merge_seconds = 300, min_age_to_force_merge_on_partition_only = 1"
_MERGES = "merge_selector_base = 10"
_MAPS = (
    "map_serialization_version = 'with_buckets', map_serialization_version_for_zero_level_parts = 'basic', "
    "map_buckets_min_avg_size = 8, map_buckets_strategy = 'constant', string_serialization_version = 'single_stream'"
)


def events_table(name: str, where: str = "") -> str:
    """What makes a table for events; harmless where it exists. where: follows the name (` ON CLUSTER …`)."""
    columns = [f"{column.name} {column.type}" for column in COLUMNS]
    body = ",\n  ".join([*columns, f"raw String ALIAS {RAW}", *_INDEXES])
    return (
        f"CREATE TABLE IF NOT EXISTS {name}{where} (\n  {body}\n) ENGINE = MergeTree "
        f"PARTITION BY (toYYYYMMDD(received), level) ORDER BY time "
        f"SETTINGS {_DURABLE}, {_DAMAGE}, {_REST}, {_MERGES}, {_MAPS}, default_compression_codec = 'ZSTD(1)', index_granularity = 1024 "
        f"COMMENT 'schema {VERSION}'"
    )


def statements() -> tuple[str, ...]:
    """What makes an empty store; harmless on one that exists."""
    return events_table(EVENTS), names_table(FIELD_NAMES)


def names_table(name: str, where: str = "") -> str:
    """What makes the table of the names of log fields."""
    return (
        f"CREATE TABLE IF NOT EXISTS {name}{where} (name String) ENGINE = MergeTree ORDER BY name "
        f"SETTINGS {_DURABLE}, {_DAMAGE}"
    )


def read_version(comment: str) -> int:
    """The schema version that a table's comment states; 0 if it states none."""
    number = comment.removeprefix("schema ")
    return int(number) if number.isdigit() else 0
