"""The state of one correlation for one group: what lies in its window, and what it amounts to.

Two ways to look at a window of length `span`:
- *sliding*, for figures that can only grow inside a window (counts, sums, distinct values with gt or gte; the
  temporal types): looked at with every event, over the `span` before it, so that an alert comes at once;
- *closed*, for everything else (lt, lte, eq, neq, ranges, averages, percentiles), where only the whole window
  tells: it opens with a group's first event and is looked at when its `span` is over.
"""

import operator
from collections import Counter, deque
from collections.abc import Callable
from typing import Any, NamedTuple

from keng.detect.sigma.rule import Correlation

MAX_ENTRIES = 10_000
"""Per group; beyond it the oldest are left out."""
MAX_IDS = 1_000
"""Event ids named in one detection: the newest."""
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le,
    "eq": operator.eq, "neq": operator.ne,
}  # fmt: skip


class Entry(NamedTuple):
    """One event in a window.

    rule: place of its rule in the correlation; values: texts or one number; ids: of the events behind it, if it
    is itself a correlation.
    """

    time_us: int
    event_id: str
    rule: int
    values: tuple[str | int | float, ...] = ()
    ids: tuple[str, ...] = ()


def is_sliding(correlation: Correlation) -> bool:
    """Whether the condition can be decided while the window is still open."""
    if correlation.kind in ("value_avg", "value_percentile"):
        return False
    return all(threshold.op in ("gt", "gte") for threshold in correlation.conditions)


def satisfied(correlation: Correlation, figure: float) -> bool:
    """Whether every comparison of the condition holds for the figure."""
    return all(_OPERATORS[threshold.op](figure, threshold.value) for threshold in correlation.conditions)


class Window:
    """Entries of one group in order of time. newest_us: of all entries ever put in."""

    __slots__ = ("_counts", "_seen", "_total", "active", "entries", "fired_us", "newest_us", "opened_us")

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque()
        self.active = False
        self.fired_us = 0
        self.newest_us = 0
        self.opened_us = 0
        self._seen: set[tuple[str, int]] = set()
        self._counts: Counter[Any] = Counter()
        self._total: float = 0

    def add(self, entry: Entry, span: int, keep: int, runs: bool = False) -> bool:
        """Put an entry in. False if it is here already, or older than the window that is open.

        runs: of neighbours with the same rule only the newest is kept; no order of rules is lost by that.
        """
        key = (entry.event_id, entry.rule)
        if entry.event_id and key in self._seen:
            return False
        if self.entries and entry.time_us < self.newest_us - span:
            return False
        if entry.time_us >= self.newest_us:
            if runs and self.entries and self.entries[-1].rule == entry.rule:
                self._forget(self.entries.pop())
            self.entries.append(entry)
        else:
            place = len(self.entries)
            while place and self.entries[place - 1] > entry:
                place -= 1
            self.entries.insert(place, entry)
        self.newest_us = max(self.newest_us, entry.time_us)
        if entry.event_id:
            self._seen.add(key)
        self._count(entry, 1)
        while len(self.entries) > keep:
            self._drop()
        return True

    def slide(self, span: int) -> None:
        """Leave out what is older than `span` before the newest; exactly `span` is still inside."""
        while self.entries and self.entries[0].time_us < self.newest_us - span:
            self._drop()

    def clear(self) -> None:
        """Empty it for the next closed window."""
        self.entries.clear()
        self._seen.clear()
        self._counts.clear()
        self._total = 0

    def _drop(self) -> None:
        self._forget(self.entries.popleft())

    def _forget(self, entry: Entry) -> None:
        self._seen.discard((entry.event_id, entry.rule))
        self._count(entry, -1)

    def _count(self, entry: Entry, step: int) -> None:
        key = entry.values or entry.rule
        self._counts[key] += step
        if self._counts[key] <= 0:
            del self._counts[key]
        if entry.values and isinstance(entry.values[0], int | float):
            self._total += step * entry.values[0]

    def figure(self, correlation: Correlation) -> float:
        """What the condition compares."""
        kind = correlation.kind
        if kind == "event_count":
            return len(self.entries)
        if kind in ("value_count", "temporal"):
            return len(self._counts)
        if kind == "temporal_ordered":
            return _longest_order([entry.rule for entry in _ordered(self.entries)], len(correlation.rules))
        if kind == "value_sum":
            return self._total
        numbers = sorted(float(entry.values[0]) for entry in self.entries)
        if not numbers:
            return 0.0
        if kind == "value_avg":
            return sum(numbers) / len(numbers)
        return _percentile(numbers, correlation.percentile)

    def event_ids(self) -> tuple[str, ...]:
        """Ids of the events inside, in order of time, each once, the newest `MAX_IDS`."""
        ids = tuple(dict.fromkeys(name for entry in self.entries for name in entry.ids or (entry.event_id,)))
        return ids[-MAX_IDS:]


def _ordered(entries: deque[Entry]) -> list[Entry]:
    # Events of one instant (logs that know only seconds) count in the order that the rule asks for.
    return sorted(entries, key=lambda entry: (entry.time_us, entry.rule))


def _longest_order(rules: list[int], count: int) -> int:
    """Length of the longest chain of events whose rules stand in rising order."""
    best = [0] * count
    for rule in rules:
        best[rule] = max(best[rule], 1 + max(best[:rule], default=0))
    return max(best, default=0)


def _percentile(numbers: list[float], percentile: float) -> float:
    """Linear between the two nearest ranks, as SQL's percentile_cont."""
    rank = (len(numbers) - 1) * percentile / 100
    low = int(rank)
    high = min(low + 1, len(numbers) - 1)
    return numbers[low] + (numbers[high] - numbers[low]) * (rank - low)
