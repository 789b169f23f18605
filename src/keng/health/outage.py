"""Many sources of one agency that stop together: one thing has happened, most likely to its network. Pure."""

from collections.abc import Sequence

TOGETHER_US = 10 * 60 * 1_000_000
FEWEST = 3


def outage_since(heard_us: Sequence[int]) -> int | None:
    """When the agency was cut off, by when its quiet sources were last heard; None: they did not stop together.

    It is the latest word before the quiet of the most sources that stopped within `TOGETHER_US`, at least `FEWEST`.
    """
    moments = sorted(heard_us)
    best, since = FEWEST - 1, None
    first = 0
    for last, moment in enumerate(moments):
        while moment - moments[first] > TOGETHER_US:
            first += 1
        if last - first + 1 > best:
            best, since = last - first + 1, moment
    return since


def belongs(heard_us: int, since_us: int) -> bool:
    """Whether a source that was last heard then may be silent for the same reason."""
    return heard_us <= since_us + TOGETHER_US
