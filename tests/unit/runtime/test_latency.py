from keng.runtime.latency import Latency


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
