"""Years of sources in seconds: who may be silent when, and who may not."""

import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from keng.health.cadence import (
    Cadence,
    hour_of_week,
    is_silent,
    local_date,
    look,
    usual_pause_s,
)
from keng.health.days_off import is_day_off

LOOK_US = 30 * 1_000_000
ZONE = 7 * 3600
START = int(datetime(2026, 10, 5, tzinfo=UTC).timestamp() * 1e6) - ZONE * 1_000_000  # Monday 00:00 in Hà Nội
HOUR = 3_600_000_000
DAY = 24 * HOUR


class Source:
    """A source that speaks as `speaks(time, hour of the week)` says, looked at every half minute."""

    def __init__(self, speaks: Callable[[int, int], bool], kind: str = "") -> None:
        self.speaks, self.kind = speaks, kind
        self.cadence = Cadence()
        self.now, self.last = START, START
        self.alarms: list[int] = []

    def run(self, until: int, off: bool = False) -> "Source":
        """Let time pass; `off` switches the source off. Notes when silence begins."""
        silent = is_silent(self.cadence, self.last, self.now)
        while self.now < until:
            self.now += LOOK_US
            day = local_date(self.now, ZONE)
            real = hour_of_week(self.now, ZONE, False)
            off_day = is_day_off(day, "vn", self.kind)
            hour = hour_of_week(self.now, ZONE, off_day)
            heard = not off and self.speaks(self.now, real) and not (hour >= 144 and self.kind)
            if heard:
                self.last = self.now
            look(self.cadence, heard, hour, self.now // DAY, off_day)
            was, silent = silent, is_silent(self.cadence, self.last, self.now)
            if silent and not was:
                self.alarms.append(self.now)
        return self


def always(_now: int, _hour: int) -> bool:
    return True


def in_the_office(now: int, hour: int) -> bool:
    """Mondays to Fridays, 8 to 17: prints in one look of ten."""
    return hour < 120 and 8 <= hour % 24 < 17 and random.Random(now).random() < 0.1


def test_a_domain_controller_is_missed_within_minutes_by_day_and_by_night() -> None:
    for hours in (2, 14):
        source = Source(always).run(START + 8 * DAY + hours * HOUR)
        assert source.alarms == []
        source.run(source.now + HOUR, off=True)
        assert len(source.alarms) == 1
        assert source.alarms[0] - source.last <= 6 * 60 * 1_000_000


def test_a_domain_controller_is_missed_in_its_first_night() -> None:
    source = Source(always).run(START + 20 * HOUR)
    source.run(source.now + HOUR, off=True)
    assert len(source.alarms) == 1


def test_a_school_printer_may_be_silent_at_night_at_weekends_and_in_the_holidays() -> None:
    source = Source(in_the_office, "school").run(START + 15 * DAY)
    assert source.alarms == []
    # The first of May, and the first weeks of the summer holidays, are as Sundays.
    holidays = [d for d in range(300) if is_day_off(local_date(START + d * DAY, ZONE), "vn", "school")]
    source.now = source.last = START + (holidays[-1] - 20) * DAY
    source.cadence.missed = 0.0
    assert source.run(source.now + 10 * DAY).alarms == []


def test_a_school_printer_is_missed_on_a_working_day() -> None:
    source = Source(in_the_office).run(START + 14 * DAY)
    source.run(source.now + 17 * HOUR, off=True)
    assert len(source.alarms) == 1
    at = source.alarms[0] - (START + 14 * DAY)
    assert 8 * HOUR < at < 12 * HOUR


def test_a_new_printer_is_not_missed_in_its_first_night_and_weekend() -> None:
    assert Source(in_the_office).run(START + 8 * DAY).alarms == []


@pytest.mark.parametrize("seed", range(5))
def test_a_bursty_source_raises_no_alarm_in_eight_weeks_and_is_missed_all_the_same(seed: int) -> None:
    chance = random.Random(seed)
    source = Source(lambda _now, _hour: chance.random() < 0.02).run(START + 56 * DAY)
    assert len(source.alarms) <= 1
    before = len(source.alarms)
    source.run(source.now + DAY, off=True)
    assert len(source.alarms) == before + 1
    assert source.alarms[-1] - source.last < 12 * HOUR


def test_a_nightly_backup_is_missed_after_a_few_nights() -> None:
    source = Source(lambda now, _hour: (now - START) // LOOK_US % 2880 == 240).run(START + 28 * DAY)
    assert source.alarms == []
    source.run(source.now + 14 * DAY, off=True)
    assert len(source.alarms) == 1
    assert source.alarms[0] - source.last < 7 * DAY


def test_an_alarm_that_repeats_teaches_patience() -> None:
    source = Source(always).run(START + 2 * DAY)
    for _n in range(4):
        source.run(source.now + 20 * 60 * 1_000_000, off=True).run(source.now + HOUR)
    assert 1 <= len(source.alarms) <= 3


def test_silence_does_not_become_a_habit() -> None:
    source = Source(always).run(START + 8 * DAY)
    source.run(source.now + 30 * DAY, off=True)
    assert len(source.alarms) == 1
    assert usual_pause_s(source.cadence, 0, 30.0) == pytest.approx(30.0)
    source.run(source.now + HOUR)
    assert source.cadence.missed == 0


def test_five_minutes_are_never_silence() -> None:
    source = Source(always).run(START + 3 * DAY)
    source.run(source.now + 4 * 60 * 1_000_000, off=True)
    assert source.alarms == []


def test_nothing_is_known_of_a_source_heard_for_the_first_time() -> None:
    cadence = Cadence()
    look(cadence, True, 0, 20_000)
    for _n in range(100):
        look(cadence, False, 0, 20_000)
    assert not is_silent(cadence, 0, 100 * LOOK_US)


def test_a_source_that_stopped_after_a_few_words_is_missed_within_days() -> None:
    source = Source(lambda now, _hour: now - START < 3 * LOOK_US).run(START + 7 * DAY)
    assert len(source.alarms) == 1
    assert DAY < source.alarms[0] - source.last < 4 * DAY
