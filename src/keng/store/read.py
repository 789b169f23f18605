"""Rows of the events table to stored events."""

from typing import Any

from keng.model.hot_columns import HotColumns
from keng.store.base import StoredEvent
from keng.store.skeleton import joined
from keng.store.text import decode


def stored_event(row: dict[str, Any]) -> StoredEvent:
    """One row as `statements` selects it: columns with the prefix `c_`, texts as bytes."""
    fields = {decode(name): decode(value) for name, value in row["c_fields"]}
    return StoredEvent(
        id=decode(row["c_id"]),
        time_us=row["c_time"],
        received_us=row["c_received"],
        agency=decode(row["c_agency"]),
        source=decode(row["c_source"]),
        host=decode(row["c_host"]),
        format=decode(row["c_format"]),
        product=decode(row["c_product"]),
        service=decode(row["c_service"]),
        categories=tuple([decode(item) for item in row["c_categories"]]),
        parsed=bool(row["c_parsed"]),
        offset=row["c_offset"],
        hot=HotColumns(*[_plain(row[f"c_{name}"]) for name in HotColumns._fields]),
        fields=fields,
        raw=joined(decode(row["c_skeleton"]), decode(row["c_rest"]), fields),
    )


def _plain(value: Any) -> Any:
    return decode(value) if isinstance(value, bytes) else value
