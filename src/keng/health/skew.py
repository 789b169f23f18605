"""The clock of a log source beside ours. Pure.

The measure is the median of (time of receipt - the event's own time) over the source's latest events: the delay of
delivery plus the error of its clock. Nothing arrives before it happens, so a negative value is an error for certain;
a large positive one is a slow clock, or logs that were held back.
"""

from collections.abc import Sequence
from statistics import median_low

from keng.model.event import Event

AHEAD_US = 5_000_000
FUTURE_US = 60_000_000
BEHIND_US = 120_000_000
HOUR_US = 3_600_000_000
_ZONE_ROUGH_US = 120_000_000
SAMPLED = 64


def delays(events: Sequence[Event]) -> list[int]:
    """Microseconds from each event's own time to its receipt, of the latest `SAMPLED` that carry a time of their own."""
    return [
        event.received_us - event.time_us for event in events[-SAMPLED:] if event.time_us != event.received_us
    ]


def skew_of(events: Sequence[Event]) -> int | None:
    """The median delay in microseconds; None where no event carries a time of its own."""
    found = delays(events)
    return median_low(found) if found else None


def freshest_of(events: Sequence[Event]) -> int | None:
    """The least delay in microseconds: how far behind the newest is; None where no event carries a time of its own."""
    return min(delays(events), default=None)


def is_from_the_future(event: Event) -> bool:
    """Whether the event claims to have happened more than a minute after it arrived."""
    return event.time_us - event.received_us > FUTURE_US


def verdict(skew_us: int | None) -> str:
    """ "" (nothing known), "good", "ahead", "behind" (slow clock, or held back), or "zone" (off by whole hours)."""
    if skew_us is None:
        return ""
    hours = round(skew_us / HOUR_US)
    if hours and abs(hours) <= 14 and abs(skew_us - hours * HOUR_US) <= _ZONE_ROUGH_US:
        return "zone"
    if skew_us < -AHEAD_US:
        return "ahead"
    return "behind" if skew_us > BEHIND_US else "good"
