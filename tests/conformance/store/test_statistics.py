"""What every event store promises about counts, names, neighbours and limits."""

import itertools
import threading
import time

import pytest
from tests.conformance.store.conftest import OpenStore
from tests.conformance.store.events import EVENTS, SECOND, T0, event, number

from keng.store.base import EventStore
from keng.store.errors import SearchTooHeavyError
from keng.store.query import EVERYTHING, SearchQuery
from keng.store.search import parse_search

NOW = T0 + 100 * SECOND


def parsed(text: str) -> SearchQuery:
    query = parse_search(text, NOW)
    assert isinstance(query, SearchQuery), query
    return query


def test_a_histogram_has_no_gaps_and_counts_all(store: EventStore) -> None:
    buckets = store.histogram(EVERYTHING, None, 10)
    assert sum(bucket.count for bucket in buckets) == 7
    assert all(a.end_us == b.start_us for a, b in itertools.pairwise(buckets))
    assert buckets[0].start_us <= T0 + SECOND < buckets[0].end_us
    wide = store.histogram(parsed("from:2026-09-21T14:00:00Z to:2026-09-21T15:00:00Z"), None, 60)
    assert len(wide) == 60
    assert sum(bucket.count for bucket in wide) == 7
    assert store.histogram(parsed("nothing_has_this"), None) == ()
    assert store.histogram(parsed("from:2026-09-22 to:2026-09-21"), None) == ()


def test_a_clock_from_the_future_does_not_stretch_the_histogram(store: EventStore) -> None:
    store.insert([event(99, {}, time_us=T0 + 10**17, received_us=T0)])
    buckets = store.histogram(EVERYTHING, None, 10)
    assert buckets[-1].end_us < T0 + 60 * SECOND
    assert sum(bucket.count for bucket in buckets) == 7


def test_top_values_of_columns_of_log_fields_and_of_lists(store: EventStore) -> None:
    def top(field: str, text: str = "") -> list[tuple[str, int]]:
        return [(one.value, one.count) for one in store.top_values(parsed(text), field, None)]

    assert top("agency") == [("bvdk", 3), ("sgd", 3), ("ubnd", 1)]
    assert top("ip")[0] == ("203.0.113.7", 2)
    assert top("answers") == [("a.vn", 1), ("b.vn", 1)]
    assert top("LOGONTYPE") == [("3", 1)]
    assert top("category", "user:*") == [("process_creation", 2)]
    assert top("port") == [("443", 1), ("8443", 1)]
    assert top("parsed") == [("true", 6), ("false", 1)]
    assert top("rule") == []
    assert top("nosuch") == []
    assert len(store.top_values(EVERYTHING, "host", None, limit=2)) == 2


def test_what_a_host_did_around_a_time(store: EventStore) -> None:
    around = store.host_activity("BVDK-dc01", EVENTS[2].time_us, 10 * SECOND, None)
    assert [number(one.id) for one in around] == [2, 3]
    assert [number(one.id) for one in store.host_activity("bvdk-dc01", EVENTS[2].time_us, 0, None)] == [3]


def test_counts_by_source_and_since(store: EventStore) -> None:
    counts = {(one.agency, one.source): one for one in store.counts_by_source(0)}
    assert {name: one.count for name, one in counts.items()} == {
        ("bvdk", "bvdk-win"): 3,
        ("sgd", "sgd-zeek"): 2,
        ("sgd", "sgd-syslog"): 1,
        ("ubnd", "bvdk-win"): 1,
    }
    assert counts["sgd", "sgd-syslog"].unparsed == 1
    assert counts["sgd", "sgd-zeek"].last_us == EVENTS[4].received_us
    assert store.count_since(EVENTS[4].received_us, None) == 3
    assert store.count(parsed("mimikatz"), None) == 2


def test_ids_for_the_redo_after_a_crash(store: EventStore) -> None:
    assert {number(one) for one in store.ids_after(4)} == {5, 6, 7}
    assert store.ids_after(7) == set()
    assert {number(one) for one in store.recent_ids(0, 2)} == {6, 7}
    assert {number(one) for one in store.recent_ids(EVENTS[5].received_us, 100)} == {6, 7}


def test_names_of_fields_are_completed_in_any_case(store: EventStore) -> None:
    assert "TargetUserName" in store.field_names("targetu")
    assert store.field_names("us")[0] == "user"
    assert store.field_names("", limit=3) == ("agency", "source", "host")
    assert store.field_names("%") == ()


def test_names_survive_a_restart(open_store: OpenStore) -> None:
    first = open_store()
    first.insert(EVENTS)
    first.close()
    again = open_store()
    assert "TargetUserName" in again.field_names("targetu")
    assert again.count(parsed("targetusername:admin"), None) == 1
    assert again.size_bytes() > 1000


def test_a_search_that_takes_too_long_ends_with_advice(open_store: OpenStore) -> None:
    store = open_store(seconds=0.001, threads=1, condition_cache=False)
    events = [event(n, {"Text": "a1" * 2000 + str(n)}) for n in range(6000)]
    store.insert(events)
    with pytest.raises(SearchTooHeavyError, match="shorter time"):
        for _attempt in range(20):
            store.count(parsed("Text:*b?c?d?e*f*g*h*i*"), None)


def test_a_search_can_be_cancelled_by_its_tag(open_store: OpenStore) -> None:
    store = open_store(threads=1, condition_cache=False)
    for part in range(3):
        store.insert(
            [event(n, {"Text": "ab" * 3000 + str(n)}) for n in range(part * 3000, part * 3000 + 3000)]
        )
    failures: list[Exception] = []

    def search() -> None:
        try:
            for _again in range(300):
                store.count(parsed("Text:*b?c?d?e*f*g*h*i*"), None, tag="person-1")
        except SearchTooHeavyError as error:
            failures.append(error)

    thread = threading.Thread(target=search)
    thread.start()
    deadline = time.monotonic() + 20
    while thread.is_alive() and time.monotonic() < deadline:
        store.cancel("person-2")
        store.cancel("person-1")
        time.sleep(0.01)
    thread.join(20)
    assert [str(error) for error in failures] == ["The search was cancelled."]


def test_searches_and_inserts_run_side_by_side(empty: EventStore) -> None:
    errors: list[Exception] = []

    def read() -> None:
        try:
            for _again in range(20):
                counted = store_count()
                assert counted % 50 == 0
        except Exception as error:
            errors.append(error)

    def store_count() -> int:
        return empty.count(EVERYTHING, None)

    threads = [threading.Thread(target=read) for _ in range(5)]
    for thread in threads:
        thread.start()
    for part in range(20):
        empty.insert([event(part * 50 + n, {"A": n}) for n in range(50)])
    for thread in threads:
        thread.join()
    assert errors == []
    assert empty.count(EVERYTHING, None) == 1000
