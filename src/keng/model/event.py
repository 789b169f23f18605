"""An event: a record with a common meaning. The unit of detection, storage and search."""

from typing import Any, NamedTuple

import msgspec


class LogSource(NamedTuple):
    """Where an event comes from, in Sigma's taxonomy. Hashable: the detection gate caches by it.

    product: "windows", "linux", "zeek", … or ""; service: "sysmon", "security", "auth", … or "".
    categories: every category the event belongs to ("process_creation", "registry_set", …), sorted.
    """

    product: str = ""
    service: str = ""
    categories: tuple[str, ...] = ()


class Event(msgspec.Struct):
    """One normalised event.

    fields: flat Sigma names to values (str, int, float, bool, None, or a list of these); the hot path.
    time_us, received_us: microseconds since the epoch, UTC; time_us is the event's own time
        (or received_us where the log carries none).
    id: 32 hex digits, deterministic from source and content; the same record sent twice has the same id.
    raw: the entry's text as it arrived. parsed: false if no format recognised it (kept raw).
    """

    fields: dict[str, Any]
    logsource: LogSource
    time_us: int = 0
    host: str = ""
    format: str = ""
    raw: str = ""
    id: str = ""
    agency: str = ""
    source: str = ""
    received_us: int = 0
    offset: int = 0
    parsed: bool = True
    class_uid: int = 0
