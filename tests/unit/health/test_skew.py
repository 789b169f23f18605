"""The clock of a source beside ours."""

import pytest

from keng.health.skew import HOUR_US, is_from_the_future, skew_of, verdict
from keng.model.event import Event, LogSource

NOW = 1_790_000_000_000_000


def event(delay_us: int) -> Event:
    return Event({}, LogSource(), time_us=NOW - delay_us, received_us=NOW)


def test_the_median_is_not_moved_by_one_wrong_clock() -> None:
    assert skew_of([event(200_000), event(300_000), event(-9 * HOUR_US)]) == 200_000


def test_events_without_a_time_of_their_own_say_nothing() -> None:
    assert skew_of([event(0), event(0)]) is None


@pytest.mark.parametrize(
    ("skew_us", "word"),
    [
        (None, ""),
        (300_000, "good"),
        (-1_000_000, "good"),
        (-30_000_000, "ahead"),
        (600_000_000, "behind"),
        (-7 * HOUR_US + 20_000_000, "zone"),
        (7 * HOUR_US + 2_000_000, "zone"),
        (40 * HOUR_US, "behind"),
    ],
)
def test_each_error_of_a_clock_has_its_word(skew_us: int | None, word: str) -> None:
    assert verdict(skew_us) == word


def test_an_event_of_tomorrow_is_from_the_future() -> None:
    assert is_from_the_future(event(-86_400_000_000))
    assert not is_from_the_future(event(-30_000_000))
