"""A source that always speaks, in looks of half a minute: cuts, spools, clocks, and pauses of our own."""

from keng.health.cadence import Cadence
from keng.health.hearing import Moment, hear

LOOK_US = 30_000_000
HOUR = 120
START = 1_790_000_000_000_000


class Ear:
    """What is made of one source."""

    def __init__(self) -> None:
        self.cadence = Cadence()
        self.number = 0
        self.silent = False
        self.listening_us = START
        self.alarms: list[int] = []

    def look(self, delay_us: int | None = 0, came: bool = True) -> "Ear":
        self.number += 1
        now = START + self.number * LOOK_US
        was = self.silent
        moment = Moment(now, self.number // HOUR % 168, False, self.listening_us)
        self.silent = hear(self.cadence, moment, now * came, delay_us, was)
        if self.silent and not was:
            self.alarms.append(self.number)
        return self

    def looks(self, number: int, delay_us: int | None = 0, came: bool = True) -> "Ear":
        for _n in range(number):
            self.look(delay_us, came)
        return self


def test_a_spool_that_empties_does_not_make_a_silent_source_speak() -> None:
    ear = Ear().looks(8 * HOUR).looks(2 * HOUR, came=False)
    assert ear.silent
    for minute in range(120, 20, -5):  # an hour and a half of the past in ten minutes
        assert ear.look(minute * 60_000_000).silent
    assert not ear.look(1_000_000).silent


def test_a_machine_that_died_is_missed_although_its_relay_still_sends_what_it_had() -> None:
    ear = Ear().looks(8 * HOUR)
    for n in range(6 * HOUR):
        ear.look((20 * 60 + n * 30) * 1_000_000)  # the last it wrote, again and again
    assert len(ear.alarms) == 1
    assert ear.alarms[0] - 8 * HOUR < 3 * HOUR


def test_we_were_down_and_nobody_is_blamed_while_spools_empty() -> None:
    ear = Ear().looks(8 * HOUR)
    ear.number += 10 * HOUR  # nothing is looked at
    ear.listening_us = START + ear.number * LOOK_US
    ear.looks(6, came=False)  # senders find back
    for minute in range(600, 15, -15):
        ear.look(minute * 60_000_000)
    ear.looks(HOUR)
    assert ear.alarms == []
    ear.looks(15, came=False)
    assert len(ear.alarms) == 1


def test_a_clock_that_is_wrong_by_the_same_amount_is_no_delay() -> None:
    for error_s in (-3600, 7 * 3600, 90 * 60, -86_400):
        ear = Ear().looks(4 * HOUR, error_s * 1_000_000)
        assert not ear.silent
        assert ear.alarms == []
        ear.looks(12, came=False)
        assert ear.silent, error_s


def test_a_clock_that_is_changed_raises_no_alarm() -> None:
    for error_s in (3600, -3600, 25_200):
        ear = Ear().looks(4 * HOUR).looks(4 * HOUR, error_s * 1_000_000).looks(4 * HOUR)
        assert ear.alarms == [], error_s


def test_records_without_a_time_are_taken_as_of_now() -> None:
    ear = Ear().looks(4 * HOUR, None)
    assert ear.looks(12, None, came=False).silent
    assert not ear.look(None).silent


def test_a_known_silence_goes_on_through_a_pause_of_ours() -> None:
    ear = Ear().looks(4 * HOUR).looks(HOUR, came=False)
    assert ear.silent
    ear.number += HOUR
    ear.listening_us = START + ear.number * LOOK_US
    assert ear.look(came=False).silent
    assert len(ear.alarms) == 1
