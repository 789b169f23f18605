"""Stored events as the engine saw them when they arrived.

The store keeps values as text. The types (number, list, none) come back from the raw record, read again by the
steps of the pipeline, but only where these still say the same as what is stored; else the text itself is taken.
"""

import structlog

from keng.model.event import Event, LogSource
from keng.model.record import Record
from keng.runtime.prepare import Steps
from keng.store.base import StoredEvent
from keng.store.text import text_of

_log = structlog.get_logger("keng.runtime.revive")


class Reviver:
    """Reads the raw text again. Not for two threads at once."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._told: set[str] = set()

    def event(self, stored: StoredEvent) -> Event:
        """The event, with the identity that it has in the store."""
        typed = self._typed(stored)
        return Event(
            fields=dict(stored.fields) if typed is None else typed,
            logsource=LogSource(stored.product, stored.service, stored.categories),
            time_us=stored.time_us,
            host=stored.host,
            format=stored.format,
            raw=stored.raw,
            id=stored.id,
            agency=stored.agency,
            source=stored.source,
            received_us=stored.received_us,
            offset=stored.offset,
            parsed=stored.parsed,
            class_uid=stored.hot.class_uid,
        )

    def _typed(self, stored: StoredEvent) -> dict[str, object] | None:
        if not stored.raw or not stored.parsed:
            return None
        try:
            record = self._steps.parse(stored.raw.encode("utf-8", "surrogateescape"), stored.format)
            if not isinstance(record, Record):
                return None
            again = self._steps.redact(self._steps.normalise(record))
        except Exception:
            # What arrived before another version of our formats may break this one: the stored text is there.
            if stored.format not in self._told:
                self._told.add(stored.format)  # once a format: history may hold millions of them
                _log.exception(
                    "stored raw text cannot be read again", format=stored.format, event_id=stored.id
                )
            return None
        same = {name: text_of(value) for name, value in again.fields.items()} == stored.fields
        return again.fields if same else None
