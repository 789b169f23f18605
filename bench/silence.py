"""Silence of log sources over months, in simulated time: false alarms while they live, alarms missed when they stop.

Each kind of source lives for 18 weeks, 2 November to 8 March, with a look every half minute; Tết is from 6 February 2027. Days
on which its agency rests are known to the centre only as far as the calendar of public holidays goes: here offices also
bridge two days before and after Tết, and schools two weeks. Then each source is stopped: at night, on a working
morning, on a Friday afternoon and on the eve of Tết, each in a run of its own, and the alarm must come within a bound.

    python -m bench.silence [--runs N]        N: sources of each kind (3)
"""

import argparse
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from keng.health.cadence import Cadence, hour_of_week, local_date
from keng.health.days_off import is_day_off
from keng.health.hearing import Moment, hear

LOOK_S = 30
LOOK_US = LOOK_S * 1_000_000
ZONE_S = 7 * 3600
HOURS = 3600 // LOOK_S
DAYS = 24 * HOURS
START = int(datetime(2026, 11, 2, tzinfo=UTC).timestamp()) - ZONE_S  # a Monday, 00:00 in Hà Nội
FIRST_DAY = date(2026, 11, 2)
WEEKS = 18
TET = date(2027, 2, 6)


class At(NamedTuple):
    """A look. number: since the start; hour: local, of the day; weekday: 0 for Monday; rests: nobody is in the office."""

    number: int
    day: date
    weekday: int
    hour: int
    in_day: int
    rests: bool


class Kind(NamedTuple):
    """A kind of source. chance: that a look hears it. agency: its kind, for days off. bound: looks until it must be missed."""

    name: str
    chance: Callable[[At], float]
    agency: str
    bound: int
    begins: int = 0


def _office(at: At) -> float:
    return 0.1 if at.weekday < 5 and 8 <= at.hour < 17 and not at.rests else 0.0


KINDS = (
    Kind("domain controller of a hospital, always", lambda _at: 1.0, "hospital", 20),
    Kind("firewall, in seven looks of ten", lambda _at: 0.7, "hospital", 30),
    Kind(
        "ward, busy by day, quiet at night",
        lambda at: 0.9 if 7 <= at.hour < 21 else 0.1,
        "hospital",
        6 * HOURS,
    ),
    Kind("office hours", _office, "office", 3 * 9 * HOURS),
    Kind("school printer", _office, "school", 3 * 9 * HOURS),
    Kind("new office source, in its fourth week", _office, "office", 3 * 9 * HOURS, 15 * 7 * DAYS),
    Kind("six words a day at any time", lambda _at: 6 / DAYS, "office", 4 * DAYS),
    Kind("nightly batch, 02:00", lambda at: float(at.in_day == 2 * HOURS), "office", 8 * DAYS),
    Kind(
        "weekly batch, Mondays",
        lambda at: float(at.weekday == 0 and at.in_day == 6 * HOURS),
        "office",
        30 * DAYS,
    ),
    Kind(
        "monthly, on the first",
        lambda at: float(at.day.day == 1 and at.in_day == 3 * HOURS),
        "office",
        90 * DAYS,
    ),
)
# (name, day of the week, hour), from the first such day of week 12 on; the last: the eve of Tết.
STOPS = (("Wed 02:00", 2, 2), ("Tue 10:00", 1, 10), ("Fri 15:00", 4, 15), ("Tết", -1, 9))


def rests(day: date, kind: str) -> bool:
    """Whether people of such an agency really rest, which they do longer than the calendar says."""
    spare = 8 if kind == "school" else 4
    return is_day_off(day, "vn", kind) or abs((day - TET).days) <= spare


class Run:
    """A source that lives for `looks`, and what the centre makes of it."""

    def __init__(self, kind: Kind, seed: int) -> None:
        self.kind, self.chance = kind, random.Random(f"{kind.name} {seed}")
        self.cadence, self.silent = Cadence(), False
        self.alarms: list[int] = []
        self.heard = 0

    def go(self, first: int, end: int, alive: bool) -> None:
        """Looks from `first` to before `end`; notes each at which silence begins."""
        for number in range(first, end):
            now_us = (START + number * LOOK_S) * 1_000_000
            in_day = number % DAYS
            if in_day == 0 or number == first:
                day = FIRST_DAY + timedelta(days=number // DAYS)
                off = is_day_off(local_date(now_us, ZONE_S), "vn", self.kind.agency)
                resting = rests(day, self.kind.agency)
            if in_day % HOURS == 0 or number == first:
                hour = hour_of_week(now_us, ZONE_S, off)
            at = At(number, day, day.weekday(), in_day // HOURS, in_day, resting)
            spoke = alive and number >= self.kind.begins and self.chance.random() < self.kind.chance(at)
            if spoke:
                self.heard = number
            elif not self.heard:
                continue
            was, came_us = self.silent, now_us if spoke else 0
            self.silent = hear(self.cadence, Moment(now_us, hour, off, 0), came_us, None, was)
            if self.silent and not was:
                self.alarms.append(number)


class Row(NamedTuple):
    """What a kind of source showed. early, late: false alarms before and after four weeks; delays_s: of the alarms that came."""

    kind: Kind
    sources: int
    early: int
    late: int
    stopped: int
    missed: int
    delays_s: list[int]


def _stop(day: int, hour: int) -> int:
    if day < 0:
        return (TET - timedelta(days=1) - FIRST_DAY).days * DAYS + hour * HOURS
    return (16 * 7 + day) * DAYS + hour * HOURS


def measure(kind: Kind, runs: int, looks: int = WEEKS * 7 * DAYS) -> Row:
    """Live through it `runs` times, and stop each at every one of `STOPS`."""
    early = late = missed = stopped = 0
    delays: list[int] = []
    settled = kind.begins + 28 * DAYS
    for seed in range(runs):
        run = Run(kind, seed)
        run.go(0, looks, alive=True)
        early += sum(alarm < settled for alarm in run.alarms)
        late += sum(alarm >= settled for alarm in run.alarms)
    for number, (_name, day, hour) in enumerate(STOPS):
        run, stop = Run(kind, number), _stop(day, hour)
        run.go(0, stop, alive=True)
        if not run.heard:
            continue
        run.alarms.clear()
        run.silent = False
        run.go(stop, stop + kind.bound + 10 * DAYS * (kind.bound > DAYS // 4), alive=False)
        stopped += 1
        if run.alarms and run.alarms[0] - stop <= _bound(kind, stop):
            delays.append((run.alarms[0] - run.heard) * LOOK_S)
        else:
            missed += 1
    return Row(kind, runs, early, late, stopped, missed, sorted(delays))


def _bound(kind: Kind, stop: int) -> int:
    """Looks: days on which nobody is there do not count."""
    if kind.bound <= DAYS // 4:
        return kind.bound
    day, left, looks = stop // DAYS, kind.bound, 0
    while left > 0:
        free = (
            rests(FIRST_DAY + timedelta(days=day), kind.agency)
            or (FIRST_DAY + timedelta(days=day)).weekday() > 4
        )
        looks += DAYS
        left -= 0 if free else DAYS
        day += 1
    return looks


def main() -> int:
    """Print the table; 1 if an alarm was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    started = time.process_time()
    print(
        f"{'kind of source':<42}{'weeks':>6}{'false, first 4':>15}{'false, later':>13}{'stopped':>8}{'missed':>7}  alarm after"
    )
    missed = 0
    for kind in KINDS:
        row = measure(kind, given.runs)
        missed += row.missed
        after = ", ".join(_told(delay) for delay in row.delays_s)
        weeks = row.sources * WEEKS - row.sources * kind.begins // (7 * DAYS)
        print(
            f"{kind.name:<42}{weeks:>6}{row.early:>15}{row.late:>13}{row.stopped:>8}{row.missed:>7}  {after}",
            flush=True,
        )
    print(f"missed: {missed}; {time.process_time() - started:.0f} s of processor time")
    return int(missed > 0)


def _told(seconds: int) -> str:
    return (
        f"{seconds // 60} min"
        if seconds < 7200
        else f"{seconds / 3600:.0f} h"
        if seconds < 172_800
        else f"{seconds / 86_400:.1f} d"
    )


if __name__ == "__main__":
    sys.exit(main())
