from keng.runtime.latency import MAX_AGENCIES, Latency
from keng.state.sightings import Sighting


def test_percentiles_and_rate_of_the_recent_slices() -> None:
    latency = Latency()
    assert latency.percentiles(0) == (0.0, 0.0)
    for n in range(100):
        done = 1_000_000 * n
        latency.add(done, [done - 500_000, done - 200_000, done - 100_000])
    now = 99_000_000
    assert latency.percentiles(now) == (0.2, 0.5)
    assert latency.rate(now) == 3.3
    assert latency.rate(now + 20_000_000) == 0.0
    assert latency.percentiles(now + 100_000_000) == (0.0, 0.0)


def test_a_slice_without_events_counts_nothing() -> None:
    latency = Latency()
    latency.add(5, [])
    assert latency.rate(5) == 0.0


def test_a_slice_counts_by_its_events() -> None:
    latency = Latency()
    latency.add(1_000_000, [0] * 10)  # a second
    latency.add(1_100_000, [1_000_000] * 990)  # a tenth
    assert latency.percentiles(1_100_000) == (0.1, 0.1)
    latency.add(1_200_000, [200_000])
    assert latency.percentiles(1_200_000) == (0.1, 1.0)


def test_each_agency_has_percentiles_of_its_own_and_their_number_is_bounded() -> None:
    latency = Latency()
    assert latency.of_agencies(0) == {}
    latency.add_agencies(
        1_000_000,
        [
            Sighting("a-1", "a", 800_000, 900_000, 10),
            Sighting("a-2", "a", 0, 0, 1),
            Sighting("b-1", "b", 500_000, 500_000, 5),
        ],
    )
    assert latency.of_agencies(1_000_000) == {"a": (0.15, 1.0), "b": (0.5, 0.5)}
    assert latency.of_agencies(100_000_000) == {}
    for n in range(3000):
        latency.add_agencies(1_000_000, [Sighting("s", f"x{n}", 0, 0, 1)])
    assert len(latency.of_agencies(1_000_000)) == MAX_AGENCIES
