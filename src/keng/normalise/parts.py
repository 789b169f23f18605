"""What a product's normaliser returns."""

from typing import Any, NamedTuple

from keng.model.event import LogSource


class Parts(NamedTuple):
    """Flat Sigma fields, log source, the entry's own time (µs since the epoch, 0 if it has none), host."""

    fields: dict[str, Any]
    logsource: LogSource
    time_us: int = 0
    host: str = ""
