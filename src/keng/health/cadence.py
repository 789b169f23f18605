"""The learned cadence of a log source, and how much of it is missing now. Pure.

Time is cut into looks (one every half minute while the centre runs, see `Settings.look_s`). Of each hour of the week the cadence
remembers how many looks there were and in how many of them the source was heard; their quotient is the chance p
that a look at that hour hears it. While nothing is heard, the p of each look are added up: that sum is the number
of *beats missed*. A domain controller that always speaks misses one beat with every look, by day and by night; an
office printer misses none on a Sunday, because it never speaks on Sundays; days off count as Sundays.

Beats missed are also the measure of the pauses that a source makes of its own accord: the longest pause that
ended by itself is remembered, and only a pause half as long again is called silence. Regular sources are so
watched closely, and bursty ones patiently, without a setting. All memory fades with a half-life of four weeks.
Whatever the habit, days without a word add up to silence in the end, except while the agency rests.

Records that were held back on their way (a forwarder's spool after a cut) tell of the past, not that the source lives:
a look that hears only such is neither a beat nor a miss. How late a source's records usually are is learned, too: a
clock that is wrong by the same amount all the time is no delay.
"""

from datetime import UTC, date, datetime, timedelta

import msgspec

HOURS = 168
HALF_LIFE_DAYS = 28
FEWEST_BEATS = 3.0
LEAST_SILENCE_US = 5 * 60 * 1_000_000
KNOWN_LOOKS = 20.0
LEARNED_BEATS = 10.0
_FADE = 0.5 ** (1 / HALF_LIFE_DAYS)
_STEADY = 0.9
_SLACK = 2.0
_LOOKS_A_DAY = 2880
_FLOOR_KNOWN = FEWEST_BEATS / (8 * _LOOKS_A_DAY)
_FLOOR_NEW = FEWEST_BEATS / _LOOKS_A_DAY
_PATIENCE = 1.5
_LATE_US = 10 * 60 * 1_000_000
_STEADY_US = 15 * 1_000_000
_STEADY_LOOKS = 6
_LATE_LOOKS = 240  # two hours of nothing but the past: then it counts as silence all the same
_LOOK_US = 86_400_000_000 // _LOOKS_A_DAY


class Cadence(msgspec.Struct):
    """What was learned of one source; all counts fade.

    looks, heard: per hour of the week (Monday 00:00 first, local time). longest: beats missed in the longest pause
    that ended by itself. missed: beats missed in the present pause. day: of the last fading, days since 1970.
    live_us: when it was last heard live, 0 if never. usual_us: how late its freshest records usually are, None before
    the first. late_us, steady: how late they were when they ceased to be live, and at how many looks since by the same.
    late: looks of the present pause that count neither way.
    """

    looks: list[float] = msgspec.field(default_factory=lambda: [0.0] * HOURS)
    heard: list[float] = msgspec.field(default_factory=lambda: [0.0] * HOURS)
    longest: float = 0.0
    missed: float = 0.0
    day: int = 0
    live_us: int = 0
    usual_us: int | None = None
    late_us: int = 0
    steady: int = 0
    late: int = 0

    @property
    def beats(self) -> float:
        """Looks in which the source was heard, in all."""
        return sum(self.heard)

    @property
    def threshold(self) -> float:
        """Beats missed from which a pause is silence. Three times as patient while little is known."""
        usual = max(FEWEST_BEATS, self.longest * _PATIENCE + _SLACK)
        return usual if self.beats >= LEARNED_BEATS else usual * 3

    def chance(self, hour: int) -> float:
        """How likely a look at this hour of the week hears the source, 0 to 1."""
        if self.looks[hour] >= KNOWN_LOOKS:
            return self.heard[hour] / self.looks[hour]
        return self._guess(hour)

    def _guess(self, hour: int) -> float:
        """Of an hour not known yet: as at this time on similar days; else only a source that never pauses is expected."""
        weekend = hour >= 120
        days = range(5, 7) if weekend else range(5)
        similar = [at for day in days if self.looks[at := day * 24 + hour % 24] >= KNOWN_LOOKS]
        if similar:
            return sum(self.heard[at] for at in similar) / sum(self.looks[at] for at in similar)
        known = [at for at in range(HOURS) if self.looks[at] >= KNOWN_LOOKS]
        lowest = min((self.heard[at] / self.looks[at] for at in known), default=0.0)
        return lowest if lowest >= _STEADY else 0.0


def hour_of_week(now_us: int, offset_s: int, day_off: bool) -> int:
    """0 to 167, local time (`offset_s` east of UTC); a day off counts as Sunday."""
    local = _local(now_us, offset_s)
    return (6 if day_off else local.weekday()) * 24 + local.hour


def local_date(now_us: int, offset_s: int) -> date:
    """The local day."""
    return _local(now_us, offset_s).date()


def is_live(cadence: Cadence, delay_us: int | None) -> bool:
    """Whether what came tells that the source speaks now; learns how late it usually is.

    delay_us: receipt minus time, of the freshest record that carries a time; None where none does.
    """
    if delay_us is None:
        return True
    usual = cadence.usual_us
    if usual is None or cadence.beats < LEARNED_BEATS or delay_us <= usual + _tolerance(cadence):
        known = delay_us if usual is None else usual
        cadence.usual_us = min(delay_us, known + (delay_us - known) // 64)
        cadence.steady = 0
        return True
    if abs(delay_us - cadence.late_us) <= _STEADY_US:
        cadence.steady += 1
    else:
        cadence.steady, cadence.late_us = 0, delay_us
    if cadence.steady < _STEADY_LOOKS:
        return False
    cadence.usual_us = delay_us  # not a spool that empties: its clock was changed
    return True


def _tolerance(cadence: Cadence) -> int:
    """A source that speaks once a week may be late by days."""
    pause_us = _LOOK_US * sum(cadence.looks) / cadence.beats
    return max(_LATE_US, int(pause_us) // 2)


def look(
    cadence: Cadence, heard: bool, hour: int, day: int, resting: bool = False, late: bool = False
) -> None:
    """Take one look into account. hour: of the week; day: days since 1970, for fading; resting: a day off.

    late: something came, but of the past (`is_live`), or nothing could come yet.
    """
    if day > cadence.day:
        _fade(cadence, day - cadence.day if cadence.day else 0)
        cadence.day = day
    if heard:
        # A pause that was called silence and ended teaches, too, but at most doubles the patience each time.
        cadence.longest = max(cadence.longest, min(cadence.missed, 2 * cadence.threshold))
        cadence.missed = 0.0
        cadence.late = 0
    elif late and cadence.late < _LATE_LOOKS:
        cadence.late += 1
        return
    elif is_over(cadence):
        return  # silent already: what follows is no habit, and must not become one
    else:
        floor = _FLOOR_KNOWN if cadence.beats >= LEARNED_BEATS else _FLOOR_NEW
        cadence.missed += max(cadence.chance(hour), 0.0 if resting else floor)
    cadence.looks[hour] += 1
    cadence.heard[hour] += heard


def is_over(cadence: Cadence) -> bool:
    """Whether the present pause is longer than any habit explains."""
    return cadence.missed >= cadence.threshold


def is_silent(cadence: Cadence, last_us: int, now_us: int) -> bool:
    """Whether to call it silence: too many beats missed, and at least `LEAST_SILENCE_US` without a record."""
    return is_over(cadence) and now_us - last_us >= LEAST_SILENCE_US


def usual_pause_s(cadence: Cadence, hour: int, look_s: float) -> float:
    """Seconds between records that are usual at this hour, given a look every `look_s`; 0.0: none is expected."""
    chance = cadence.chance(hour)
    return look_s / chance if chance > 0 else 0.0


def _fade(cadence: Cadence, days: int) -> None:
    if days:
        factor = _FADE**days
        cadence.looks = [value * factor for value in cadence.looks]
        cadence.heard = [value * factor for value in cadence.heard]
        cadence.longest *= factor


def _local(now_us: int, offset_s: int) -> datetime:
    return datetime.fromtimestamp(now_us / 1e6, UTC) + timedelta(seconds=offset_s)
