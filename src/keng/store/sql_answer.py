"""The answer to an expert's statement: JSON lines of ClickHouse to names and rows of plain values."""

from typing import Any

import msgspec

from keng.store.base import Cell, Table

FORMAT = "JSONCompactEachRowWithNames"
EXPERT = (
    "max_result_bytes = 67108864, result_overflow_mode = 'throw', max_subquery_depth = 12, session_timezone = 'UTC', "
    "date_time_output_format = 'iso', output_format_json_quote_64bit_integers = 0, "
    "output_format_json_validate_utf8 = 1, output_format_json_quote_denormals = 0"
)
"""What an answer may weigh, and how it is written: times in UTC, numbers as numbers."""


def read_table(answer: bytes, limit: int) -> Table:
    """The first line are names; at most `limit` of the others become rows."""
    names, *lines = answer.splitlines() or [b"[]"]
    rows = tuple([tuple([_cell(value) for value in msgspec.json.decode(line)]) for line in lines[:limit]])
    return Table(tuple(map(str, msgspec.json.decode(names))), rows, len(lines) > limit)


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, str | int | float):
        return value
    return msgspec.json.encode(value).decode()
