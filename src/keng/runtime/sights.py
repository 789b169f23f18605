"""What a slice of the journal says about the health of its sources."""

from collections.abc import Sequence

from keng.health.skew import freshest_of, is_from_the_future, skew_of
from keng.journal.base import Entry
from keng.model.event import Event
from keng.state.quarantine import Refused
from keng.state.sightings import Sighting


class _Tally:
    __slots__ = ("agency", "error", "error_us", "events", "first", "last", "parsed", "rejected", "unparsed")

    def __init__(self, agency: str, at_us: int) -> None:
        self.agency = agency
        self.first = self.last = at_us
        self.parsed = self.unparsed = self.rejected = self.error_us = 0
        self.error = ""
        self.events: list[Event] = []


def sightings_of(
    entries: Sequence[Entry], events: Sequence[Event], refused: Sequence[Refused]
) -> list[Sighting]:
    """One sighting for each source of the entries; a source that only sent doubles was heard, too."""
    tallies: dict[str, _Tally] = {}
    for _offset, batch in entries:
        if not batch.source:
            continue
        tally = tallies.setdefault(batch.source, _Tally(batch.agency, batch.received_us))
        tally.first = min(tally.first, batch.received_us)
        tally.last = max(tally.last, batch.received_us)
    for event in events:
        tally = tallies[event.source]
        tally.events.append(event)
        if event.parsed:
            tally.parsed += 1
        else:
            tally.unparsed += 1
    for one in refused:
        tally = tallies.setdefault(one.source, _Tally(one.agency, one.at_us))
        tally.rejected += 1
        tally.error, tally.error_us = one.reason, one.at_us
    return [
        Sighting(
            source,
            tally.agency,
            tally.first,
            tally.last,
            tally.parsed + tally.unparsed + tally.rejected,
            tally.parsed,
            tally.unparsed,
            tally.rejected,
            tally.error,
            tally.error_us,
            skew_of(tally.events),
            sum(map(is_from_the_future, tally.events)),
            freshest_of(tally.events),
        )
        for source, tally in tallies.items()
    ]


def merged(sightings: Sequence[Sighting]) -> list[Sighting]:
    """One sighting for each source, of several."""
    by_source: dict[str, Sighting] = {}
    for one in sightings:
        old = by_source.get(one.source)
        if old is None:
            by_source[one.source] = one
            continue
        error = one if one.last_error else old
        by_source[one.source] = Sighting(
            one.source,
            one.agency,
            min(old.first_us, one.first_us),
            max(old.last_us, one.last_us),
            old.received + one.received,
            old.parsed + one.parsed,
            old.unparsed + one.unparsed,
            old.rejected + one.rejected,
            error.last_error,
            error.last_error_us,
            old.skew_us if one.skew_us is None else one.skew_us,
            old.future + one.future,
            min((d for d in (old.delay_us, one.delay_us) if d is not None), default=None),
        )
    return list(by_source.values())
