import pytest
from hypothesis import given
from hypothesis import strategies as st

from keng.store.histogram import grid

HOUR = 3600 * 10**6


@given(st.integers(0, 10**16), st.integers(1, 10**16), st.integers(1, 500))
def test_the_grid_covers_the_span_with_no_more_buckets_than_wanted(
    start: int, span: int, buckets: int
) -> None:
    made = grid(start, start + span, buckets)
    assert made.start_us <= start < made.start_us + made.step_us
    end = made.start_us + made.step_us * made.number
    assert end - made.step_us < start + span <= end
    assert made.number <= buckets + 1


@pytest.mark.parametrize(
    ("span", "step"), [(24 * HOUR, HOUR // 2), (7 * 24 * HOUR, 3 * HOUR), (HOUR, HOUR // 60), (1, 10**6)]
)
def test_steps_are_easy_to_read(span: int, step: int) -> None:
    assert grid(0, span, 60).step_us == step


def test_buckets_without_events_are_there() -> None:
    buckets = grid(0, 3 * 10**6, 3).buckets({1: 5})
    assert [(bucket.start_us, bucket.count) for bucket in buckets] == [(0, 0), (10**6, 5), (2 * 10**6, 0)]
