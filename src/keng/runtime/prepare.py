"""From journal entries to events: parse, give a common meaning, take content out, name. One bad record stops none.

A record that no format knows stays an event with its raw text (`parsed` false), searchable. A record that makes
a stage fail is a fault of ours: it goes to the quarantine with the fault's name, is counted and logged.
"""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Any, NamedTuple

import structlog

from keng.journal.base import Entry
from keng.model.event import Event, LogSource
from keng.model.record import Record
from keng.model.rejected import Rejected
from keng.state.quarantine import Refused

MAX_HINTS = 50_000
_KEPT_RAW = 64 * 1024
_log = structlog.get_logger("keng.runtime.prepare")


class Steps(NamedTuple):
    """The pure steps, in their order. normalise: of a record, the time of its receipt, and the time zone of its source's
    clock (None: UTC). may_hold_content: a look at many raw texts at once; where it says no, `redact`
    is told that it need not look into them.
    """

    parse: Callable[[bytes, str], Record | Rejected]
    normalise: Callable[..., Event]
    redact: Callable[..., Event]
    may_hold_content: Callable[[Sequence[str]], bool] = lambda _raws: True


class Prepared(NamedTuple):
    """What became of entries: events with their ids (16 bytes), and records that failed."""

    events: list[tuple[bytes, Event]]
    refused: list[Refused]


class Preparation:
    """Prepares entries; remembers each source's last format as a hint for the next record.

    zone_of: a source's id to the time zone of its clock, for times that name none; None for UTC.
    """

    def __init__(
        self,
        steps: Steps,
        event_ids: Callable[[Entry], list[bytes]],
        zone_of: Callable[[str], tzinfo | None] = lambda _source: None,
    ) -> None:
        self._steps = steps
        self._event_ids = event_ids
        self._zone_of = zone_of
        self._hints: dict[str, str] = {}

    def prepare(self, entries: Sequence[Entry]) -> Prepared:
        """Events of all records, in the order of the journal."""
        done = Prepared([], [])
        for entry in entries:
            ids = self._event_ids(entry)
            batch = entry.batch
            zone = self._zone_of(batch.source)
            read: list[Event | Exception] = [
                self._tried(self._event, raw, batch.source, batch.received_us, zone) for raw in batch.records
            ]
            suspicious = self._steps.may_hold_content([one.raw for one in read if isinstance(one, Event)])
            for n, one in enumerate(read):
                event = (
                    self._tried(self._steps.redact, one, not suspicious) if isinstance(one, Event) else one
                )
                if isinstance(event, Exception):
                    done.refused.append(_refused(event, entry, n))
                    continue
                event.id = ids[n].hex()
                event.agency = batch.agency
                event.source = batch.source
                event.received_us = batch.received_us
                event.offset = entry.offset
                done.events.append((ids[n], event))
        return done

    @staticmethod
    def _tried(step: Callable[..., Event], *given: Any) -> Event | Exception:
        try:
            return step(*given)
        except Exception as error:
            # Whatever a stage raises on hostile bytes, the record is kept aside and the rest goes on.
            return error

    def _event(self, raw: bytes, source: str, received_us: int, zone: tzinfo | None) -> Event:
        record = self._steps.parse(raw, self._hints.get(source, ""))
        if isinstance(record, Rejected):
            text = raw.decode("utf-8", "replace")
            event = Event(fields={}, logsource=LogSource(), time_us=received_us, raw=text, parsed=False)
        else:
            if len(self._hints) < MAX_HINTS:
                self._hints[source] = record.format
            event = self._steps.normalise(record, received_us, zone)
            event.time_us = event.time_us or received_us
            event.raw = event.raw or raw.decode("utf-8", "replace")
        return event


def _refused(error: Exception, entry: Entry, n: int) -> Refused:
    """For the quarantine: the n-th record of the entry, with the fault's name."""
    place = f"offset {entry.offset}, record {n + 1}"
    _log.error("record failed and is in the quarantine", offset=entry.offset, record=n + 1, exc_info=error)
    batch = entry.batch
    reason = f"{type(error).__name__}: {error}"[:1000]
    return Refused(batch.received_us, batch.agency, batch.source, reason, place, batch.records[n][:_KEPT_RAW])
