"""Every search finds exactly what the language says it means: stores against an oracle in plain Python."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conformance.store import oracle
from tests.conformance.store.conftest import IMPLEMENTATIONS
from tests.conformance.store.events import event, number

from keng.model.event import Event
from keng.store.base import EventStore
from keng.store.limits import Limits
from keng.store.query import SearchQuery
from keng.store.search import parse_search

NOW = 1_790_000_100_000_000


@pytest.fixture(scope="module", params=sorted(IMPLEMENTATIONS))
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[EventStore, list[Event]]]:
    """A store with some hundreds of events drawn from few values, so that searches hit and miss."""
    drawn: list[dict[str, object]] = []

    @settings(max_examples=5, deadline=None, database=None, derandomize=True)
    @given(oracle.events())
    def draw(more: list[dict[str, object]]) -> None:
        drawn.extend(more)

    draw()
    events = [event(n, one["fields"], host=one["host"], raw=one["raw"]) for n, one in enumerate(drawn)]  # type: ignore[arg-type]
    store = IMPLEMENTATIONS[request.param](Path(tmp_path_factory.mktemp("language")) / "events", Limits())
    store.insert(events)
    yield store, events
    store.close()


@given(oracle.searches())
@settings(max_examples=70, deadline=None)
def test_a_search_finds_what_the_oracle_finds(
    filled: tuple[EventStore, list[Event]], search: oracle.Search
) -> None:
    compare(*filled, search)


@pytest.mark.long
@given(oracle.searches())
@settings(max_examples=2_000, deadline=None)
def test_thousands_of_searches_find_what_the_oracle_finds(
    filled: tuple[EventStore, list[Event]], search: oracle.Search
) -> None:
    compare(*filled, search)


def compare(store: EventStore, events: list[Event], search: oracle.Search) -> None:
    text, meant = search
    query = parse_search(text, NOW)
    assert isinstance(query, SearchQuery), (text, query)
    found = {number(one.id) for one in store.search(query, None, limit=1000).events}
    wanted = {number(one.id) for one in events if meant(one)}
    assert found == wanted, (
        text,
        "too much:",
        sorted(found - wanted)[:3],
        "missing:",
        sorted(wanted - found)[:3],
    )
    assert store.count(query, None) == len(wanted)


@given(st.integers(0, 400), st.integers(0, 400))
@settings(max_examples=15, deadline=None)
def test_times_of_event_and_of_arrival_bound_what_is_found(
    filled: tuple[EventStore, list[Event]], low: int, high: int
) -> None:
    store, events = filled
    start, end = events[min(low, len(events) - 1)].time_us, events[min(high, len(events) - 1)].time_us
    by_event = SearchQuery(from_us=start, to_us=end)
    by_arrival = SearchQuery(received_from_us=start, received_to_us=end)
    assert store.count(by_event, None) == sum(start <= one.time_us < end for one in events)
    assert store.count(by_arrival, None) == sum(start <= one.received_us < end for one in events)
