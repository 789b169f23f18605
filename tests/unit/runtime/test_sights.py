from keng.journal.base import Entry
from keng.model.batch import Batch
from keng.model.event import Event, LogSource
from keng.runtime.sights import merged, sightings_of
from keng.state.quarantine import Refused
from keng.state.sightings import Sighting


def event(source: str, parsed: bool) -> Event:
    return Event({}, LogSource(), source=source, parsed=parsed)


def test_each_source_is_seen_with_what_became_of_its_records() -> None:
    entries = [
        Entry(1, Batch("a", "x", "t", "", 10, (b"1", b"2", b"3"))),
        Entry(2, Batch("b", "y", "t", "", 20, (b"1",))),
        Entry(3, Batch("a", "x", "t", "", 30, ())),
        Entry(4, Batch("", "", "damaged", "", 0, ())),
    ]
    refused = [Refused(10, "x", "a", "broken", "", b"")]
    assert sightings_of(entries, [event("a", True), event("a", False)], refused) == [
        Sighting("a", "x", 10, 30, 3, 1, 1, 1, "broken", 10),
        Sighting("b", "y", 20, 20),
    ]


def test_several_sightings_of_a_source_become_one() -> None:
    first = Sighting("a", "x", 10, 20, 3, 1, 1, 1, "broken", 15)
    second = Sighting("a", "x", 5, 40, 2, 2)
    other = Sighting("b", "y", 1, 1, 1, 1)
    assert merged([first, other, second]) == [Sighting("a", "x", 5, 40, 5, 3, 1, 1, "broken", 15), other]


def test_the_clock_of_a_source_and_events_from_the_future_are_noted() -> None:
    entries = [Entry(1, Batch("a", "x", "t", "", 10, (b"1", b"2")))]
    late = Event({}, LogSource(), source="a", time_us=1_000_000, received_us=4_000_000)
    future = Event({}, LogSource(), source="a", time_us=100_000_000, received_us=4_000_000)
    (seen,) = sightings_of(entries, [late, late, future], [])
    assert (seen.skew_us, seen.future) == (3_000_000, 1)
    (both,) = merged([seen, Sighting("a", "x", 20, 20, 1, 1)])
    assert (both.skew_us, both.future) == (3_000_000, 1)
