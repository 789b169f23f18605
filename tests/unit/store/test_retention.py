from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.kept import no_hot_columns

from keng.model.event import Event, LogSource
from keng.model.hold import Held
from keng.model.rejected import Rejected
from keng.store.chdb import ChdbStore
from keng.store.query import EVERYTHING
from keng.store.retention import Expired
from keng.store.search import parse_search

DAY = 86_400_000_000
T0 = 1_790_000_000_000_000 // DAY * DAY  # 2026-09-21
LEVELS = {"low": 1, "high": 4}
DAYS = {0: 60, 1: 31, 2: 31, 3: 93, 4: 186, 5: 372}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ChdbStore]:
    """Ten days, each with an event of a system of level 1, of level 4, and of none; event times are one day back."""
    store = ChdbStore(tmp_path / "events", no_hot_columns, level_of=lambda one: LEVELS.get(one, 0))
    store.insert(
        [
            Event(
                {},
                LogSource(),
                id=f"{day * 10 + n:032x}",
                time_us=T0 + (day - 1) * DAY,
                received_us=T0 + day * DAY + 5,
                agency="syt" if day % 2 else "sgd",
                source=source,
            )
            for day in range(10)
            for n, source in enumerate(("low", "high", "none"))
        ]
    )
    yield store
    store.close()


def left(store: ChdbStore, text: str = "") -> int:
    query = parse_search(text, T0)
    assert not isinstance(query, Rejected)
    return store.count(query, None)


def test_each_level_has_its_days_and_goes_in_whole_partitions(store: ChdbStore) -> None:
    assert store.expire(T0 + 31 * DAY, DAYS, ()) == ()
    assert store.expire(T0 + 32 * DAY, DAYS, ()) == (Expired("2026-09-21", 1, 1, 0),)
    assert left(store, "source:low") == 9
    store.expire(T0 + 71 * DAY, DAYS, ())
    assert (left(store, "source:low"), left(store, "source:none"), left(store, "source:high")) == (0, 0, 10)
    store.expire(T0 + 400 * DAY, DAYS, ())
    assert store.count(EVERYTHING, None) == 0


@pytest.mark.parametrize(
    ("held", "kept"),
    [
        (Held("", None, 0, 0), 30),
        (Held("syt", None, 0, 0), 15),
        (Held("", ("low",), 0, 0), 10),
        (Held("syt", ("low", "high"), 0, 0), 10),
        (Held("", (), 0, 0), 0),
        (Held("", ("it's",), 0, 0), 0),
        (
            Held("", None, T0 + 3 * DAY, T0 + 5 * DAY),
            9,
        ),  # two days of arrival, and a third by the events' own time
        (Held("", None, T0 + 8 * DAY, 0), 6),
    ],
)
def test_what_is_held_stays_and_the_rest_goes(store: ChdbStore, held: Held, kept: int) -> None:
    done = store.expire(T0 + 400 * DAY, DAYS, (held,))
    assert store.count(EVERYTHING, None) == kept
    assert sum(one.deleted for one in done) == 30 - kept
    assert store.expire(T0 + 400 * DAY, DAYS, (held,)) == ()
    store.expire(T0 + 400 * DAY, DAYS, ())
    assert store.count(EVERYTHING, None) == 0


def test_a_hold_of_many_is_the_sum_of_them(store: ChdbStore) -> None:
    store.expire(T0 + 400 * DAY, DAYS, (Held("syt", None, 0, 0), Held("", ("low",), 0, 0)))
    assert store.count(EVERYTHING, None) == 20


def test_what_is_said_to_go_on_a_day_goes_on_that_day_and_not_before(store: ChdbStore) -> None:
    kept = store.kept_days()
    assert [(one.day, one.level, one.events) for one in kept[:3]] == [
        ("2026-09-21", level, 1) for level in (0, 1, 4)
    ]
    assert len(kept) == 30 and all(one.bytes > 0 for one in kept)
    first = min(one.due(DAYS) for one in kept)
    noon = int(datetime(first.year, first.month, first.day, 12, tzinfo=UTC).timestamp()) * 10**6
    assert store.expire(noon - DAY, DAYS, ()) == ()
    gone = store.expire(noon, DAYS, ())
    assert [(one.day, one.level) for one in gone] == [
        (one.day, one.level) for one in kept if one.due(DAYS) == first
    ]
