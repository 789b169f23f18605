"""Exports: one statement, read piece by piece."""

from collections.abc import Iterator

import pytest

from keng.model.event import Event, LogSource
from keng.normalise.ocsf import hot_table
from keng.store.base import StoredEvent
from keng.store.chdb import ChdbStore
from keng.store.errors import SearchTooHeavyError, StoreError
from keng.store.export import AT_ONCE, Exports
from keng.store.limits import Limits
from keng.store.query import EVERYTHING
from keng.store.statements import Statement

NUMBER = 6_000
START = 10**15


def event(number: int) -> Event:
    return Event(
        {"User": f"u{number % 3}"},
        LogSource(),
        START + number // 4,  # several events at the same moment
        "dc01",
        "t",
        f"line {number}",
        f"{number * 7919 % NUMBER:032x}",
        "bv" if number % 2 else "so",
        "s",
        START + number,
        number,
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChdbStore]:
    one = ChdbStore(tmp_path_factory.mktemp("export") / "events", hot_table, Limits(patience_s=0.2))
    events = [event(number) for number in range(NUMBER)]
    for part in range(6):
        one.insert(events[part::6])
    yield one
    one.close()


def test_an_export_is_what_the_pages_are_in_their_order(store: ChdbStore) -> None:
    exported = [one for piece in store.export(EVERYTHING, None, 4_500) for one in piece]
    cursor = ""
    paged: list[StoredEvent] = []
    while len(paged) < 4_500:
        page = store.search(EVERYTHING, None, cursor, 500)
        paged += page.events
        cursor = page.next
    assert exported == paged


def test_pieces_are_small_whatever_the_export_s_size(store: ChdbStore) -> None:
    pieces = [len(piece) for piece in store.export(EVERYTHING, None, NUMBER)]
    assert sum(pieces) == NUMBER and max(pieces) <= 2_048


def test_an_export_has_the_events_of_the_agencies_that_may_be_seen_only(store: ChdbStore) -> None:
    exported = [one for piece in store.export(EVERYTHING, frozenset({"bv"}), NUMBER) for one in piece]
    assert len(exported) == NUMBER // 2 and {one.agency for one in exported} == {"bv"}
    assert not list(store.export(EVERYTHING, frozenset(), NUMBER))


def test_a_cancelled_export_says_so_midway(store: ChdbStore) -> None:
    pieces = store.export(EVERYTHING, None, NUMBER, "mine")
    next(pieces)
    with pytest.raises(SearchTooHeavyError, match="cancelled"):
        while True:
            store.cancel("mine")
            next(pieces)


def test_whoever_stops_reading_gives_the_place_back(store: ChdbStore) -> None:
    for _again in range(3 * AT_ONCE):
        pieces = store.export(EVERYTHING, None, NUMBER)
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]
    assert store.count(EVERYTHING, None) == NUMBER


def test_exports_at_once_are_few_and_searches_go_on_beside_them(store: ChdbStore) -> None:
    running = [store.export(EVERYTHING, None, NUMBER) for _place in range(AT_ONCE)]
    for pieces in running:
        next(pieces)
    with pytest.raises(SearchTooHeavyError, match="exports"):
        next(store.export(EVERYTHING, None, NUMBER))
    assert store.count(EVERYTHING, None) == NUMBER
    for pieces in running:
        pieces.close()  # type: ignore[attr-defined]


def test_a_failing_statement_gives_its_place_back(store: ChdbStore) -> None:
    exports = Exports(store.connection, Limits(patience_s=0.1))
    for _again in range(2 * AT_ONCE):
        with pytest.raises(StoreError, match="nope"):
            list(exports.events(Statement("SELECT nope", {}), ""))
