"""One look at one log source: did it speak, and is it silent now? Pure."""

from typing import NamedTuple

from keng.health.cadence import LEAST_SILENCE_US, Cadence, is_live, is_silent, look


class Moment(NamedTuple):
    """When a look is taken. hour: of the week, where the source is; resting: a day off there.

    listening_us: since when we could hear without a pause of our own.
    """

    now_us: int
    hour: int
    resting: bool
    listening_us: int


def hear(cadence: Cadence, moment: Moment, came_us: int, delay_us: int | None, was_silent: bool) -> bool:
    """Whether the source is silent now; teaches the cadence.

    came_us: when its newest record arrived, 0 if none did since the last look; delay_us: how far behind that was.
    """
    live = bool(came_us) and is_live(cadence, delay_us)
    day = moment.now_us // 86_400_000_000
    # After a pause of ours senders need a moment to find back; a silence that was known goes on through it.
    finding_back = moment.now_us - moment.listening_us < LEAST_SILENCE_US
    look(cadence, live, moment.hour, day, moment.resting, not live and (bool(came_us) or finding_back))
    if came_us and (live or not cadence.live_us):
        cadence.live_us = came_us
    heard_us = cadence.live_us if was_silent else max(cadence.live_us, moment.listening_us)
    return is_silent(cadence, heard_us, moment.now_us)
