"""A glance: what rules look at in an entry, read without making the event."""

from typing import Any, NamedTuple

from keng.model.event import LogSource


class Glance(NamedTuple):
    """format, logsource: those of the event; event_id: its field EventID.

    fields: values under the names and with the values that the event's fields have. Fields in `hidden` may be missing or
    different; all others are as in the event, or missing in both (a null is like a missing one). A list may stand where
    the event has none.
    """

    format: str
    logsource: LogSource
    event_id: int
    fields: dict[str, Any]
    hidden: frozenset[str]
