import time

from keng.runtime.clock import now_us


def test_the_clock_counts_microseconds_since_the_epoch() -> None:
    assert abs(now_us() / 1e6 - time.time()) < 1
