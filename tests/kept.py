"""What a centre keeps, without the centre: for the tests of saving and checking it."""

import random
from collections.abc import Generator, Sequence
from typing import TypeVar

from keng.journal.sqlite import SqliteJournal
from keng.model.agency import Agency
from keng.model.batch import Batch
from keng.model.event import Event, LogSource
from keng.model.hot_columns import HotColumns, HotTable
from keng.normalise.ocsf import hot_table
from keng.runtime.settings import Settings
from keng.state import cursors
from keng.state.database import State, open_state
from keng.state.register import save_agency
from keng.state.sightings import Sighting, add_sightings
from keng.store.chdb import ChdbStore

T = TypeVar("T")
T0 = 1_790_000_000_000_000
SECOND = 10**6


def no_hot_columns(events: Sequence[Event]) -> HotTable:
    """What makes hot columns, for tests that need none."""
    return tuple([[empty] * len(events) for empty in HotColumns()])


def hot_columns(event: Event) -> HotColumns:
    """The hot columns of one event."""
    return HotColumns(*[column[0] for column in hot_table((event,))])


class Kept:
    """What a centre keeps, open."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.state: State = open_state(settings.state_place)
        self.journal = SqliteJournal(settings.journal_path, 1 << 24)
        self.store = ChdbStore(settings.events_dir, no_hot_columns)

    def work(self, first: int, number: int, day: int = 0) -> None:
        """Events, batches and a cursor, all of one number; what arrives on another day is another partition."""
        at = T0 + day * 86_400 * SECOND
        events = [
            Event({"N": n}, LogSource(), id=f"{n:032x}", time_us=at + n, offset=n, raw=f"raw text {n}")
            for n in range(first, first + number)
        ]
        self.store.insert(events)
        self.journal.append(
            [
                Batch("s", "a", "file", "", T0, (random.Random(n).randbytes(400),))
                for n in range(first, first + number)
            ]
        )
        with self.state.write() as conn:
            save_agency(conn, Agency(f"a{first}", "A", "A"))
            add_sightings(conn, [Sighting("s", "a", T0, T0, number, number)])
            cursors.put(conn, "pipeline", first + number - 1, b"state")

    def close(self) -> None:
        for one in (self.store, self.journal, self.state):
            one.close()


def done(steps: Generator[object, None, T]) -> T:
    """What a generator of steps comes to."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            value: T = end.value
            return value
