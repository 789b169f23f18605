"""The state of one correlation for one group: what lies in its window, and what it amounts to.

Three ways to look at a window of length `span`:
- *sliding*, for figures that can only grow inside a window (counts, sums, distinct values with gt or gte; the
  temporal types): looked at with every event, over the `span` before it, so that an alert comes at once;
- *whole*, for everything else (lt, lte, eq, neq, ranges, averages, percentiles, rules that must not occur), where
  only a window that nothing can join any more tells: of every stretch of events that fit into one `span` and are
  not part of a longer such stretch. It slides, too, and is looked at when its `span` is over;
- *waiting*, for absence: it opens with what must be answered and is looked at when its `span` is over.
"""

import operator
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from keng.detect.sigma.rule import Correlation

MAX_ENTRIES = 10_000
"""Per group; beyond it the oldest are left out."""
MAX_IDS = 1_000
"""Event ids named in one detection: the newest."""
BEGINNING = -(1 << 62)
"""Before any event."""
_UNIT = 1 << 1074
"""How many of the smallest fraction make one."""
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
    if correlation.kind in ("value_avg", "value_percentile", "absence"):
        return False
    if any(term.forbidden for term in correlation.terms):
        return False
    return all(threshold.op in ("gt", "gte") for threshold in correlation.conditions)


def satisfied(correlation: Correlation, figure: float) -> bool:
    """Whether every comparison of the condition holds for the figure."""
    return all(_OPERATORS[threshold.op](figure, threshold.value) for threshold in correlation.conditions)


class Window:
    """Entries of one group in order of time.

    newest_us: of all entries ever put in. opened_us, closes_us: of a whole or waiting window. done_us: up to where it
    has been judged (whole: `BEGINNING` as soon as something joins), or answered (waiting). scheduled: its end is
    waited for.
    """

    __slots__ = (
        "_counts", "_exact", "_seen", "_sorted", "_total", "active", "closes_us", "done_us", "entries", "fired_us",
        "newest_us", "opened_us", "scheduled", "touched_us",
    )  # fmt: skip

    def __init__(self) -> None:
        # Plain lists and dicts: there are tens of thousands of windows, and most hold one or two entries.
        self.entries: list[Entry] = []
        self.active = False
        self.fired_us = BEGINNING
        self.newest_us = BEGINNING
        self.opened_us = BEGINNING
        self.closes_us = BEGINNING
        self.done_us = BEGINNING
        self.touched_us = BEGINNING
        self.scheduled = False
        self._seen: dict[tuple[str, int], int] = {}
        self._counts: dict[Any, int] = {}
        self._total = 0
        self._exact = 0
        self._sorted: list[float] | None = None

    def knows(self, event_id: str, rule: int) -> bool:
        """Whether this event of this rule is inside already."""
        return bool(event_id) and (event_id, rule) in self._seen

    def add(self, entry: Entry, keep: int, runs: bool = False, distinct: bool = False) -> int:
        """Put an entry in its place. Returns how many of the oldest had to go for it.

        runs: of neighbours with the same rule only the newest is kept; no order of rules is lost by that.
        distinct: only different values (else rules) count, so that the newest of each is enough when room is short.
        """
        entries = self.entries
        if entry.time_us >= self.newest_us:
            if runs and self._repeated(entry):
                self._forget(entries.pop())
            entries.append(entry)
        else:
            place = len(entries)
            while place and entries[place - 1] > entry:
                place -= 1
            if runs and self._superseded(entry, place):
                return 0
            entries.insert(place, entry)
        self.newest_us = max(self.newest_us, entry.time_us)
        if entry.event_id:
            _more(self._seen, (entry.event_id, entry.rule))
        self._count(entry, 1)
        if len(entries) <= keep:
            return 0
        if distinct and len(self._counts) <= keep // 2:
            self._thin_out()
        return self._leave_out(len(entries) - keep)

    def _superseded(self, entry: Entry, place: int) -> bool:
        """Whether a late entry says no more than the one that follows its place."""
        entries = self.entries
        if place >= len(entries) or entries[place].rule != entry.rule:
            return False
        return not place or entries[place - 1].time_us < entry.time_us

    def _repeated(self, entry: Entry) -> bool:
        """Whether the last entry is of the same rule and alone in its instant (of one instant any order fits)."""
        entries = self.entries
        if not entries or entries[-1].rule != entry.rule:
            return False
        return len(entries) < 2 or entries[-2].time_us < entries[-1].time_us

    def slide(self, span: int) -> None:
        """Leave out what is older than `span` before the newest; exactly `span` is still inside."""
        self._leave_out(self._older(self.newest_us - span))

    def answer(self, until_us: int) -> None:
        """Leave out what is not later than `until_us`: it has been answered."""
        self._leave_out(self._older(until_us + 1))

    def clear(self) -> None:
        """Empty it for the next window."""
        self.entries.clear()
        self._seen.clear()
        self._counts.clear()
        self._total = self._exact = 0
        self._sorted = None

    def figure(self, correlation: Correlation) -> float:
        """What the condition compares."""
        kind = correlation.kind
        if kind in ("event_count", "absence"):
            return len(self.entries)
        if kind in ("value_count", "temporal"):
            return len(self._counts)
        if kind == "temporal_ordered":
            return self.order(range(len(correlation.rules)))
        if kind == "value_sum":
            return self._sum()
        if not self.entries:
            return 0.0
        if kind == "value_avg":
            return self._sum() / len(self.entries)
        if self._sorted is None:
            self._sorted = sorted(float(entry.values[0]) for entry in self.entries)
        return _percentile(self._sorted, correlation.percentile)

    def has(self, rule: int) -> bool:
        """Whether the rule at this place has an entry; of windows without values."""
        return rule in self._counts

    def order(self, rules: Sequence[int]) -> int:
        """How many of these rules stand in their order. rules: rising places."""
        entries = [entry for entry in self.entries if entry.rule in rules]
        return _longest_order([entry.rule for entry in _ordered(entries)], max(rules, default=0) + 1)

    def event_ids(self) -> tuple[str, ...]:
        """Ids of the events inside, in order of time, each once, the newest `MAX_IDS`."""
        ids = tuple(dict.fromkeys(name for entry in self.entries for name in entry.ids or (entry.event_id,)))
        return ids[-MAX_IDS:]

    def _older(self, time_us: int) -> int:
        """How many entries are older than this."""
        count = 0
        while count < len(self.entries) and self.entries[count].time_us < time_us:
            count += 1
        return count

    def _leave_out(self, count: int) -> int:
        """Forget the first entries; returns how many."""
        if count <= 0:
            return 0
        for entry in self.entries[:count]:
            self._forget(entry)
        del self.entries[:count]
        return count

    def _sum(self) -> float:
        # Fractions are summed as whole numbers of the smallest one there is: no rounding is left behind, and each
        # event costs the same however many there are.
        return (self._total * _UNIT + self._exact) / _UNIT if self._exact else self._total

    def _thin_out(self) -> None:
        """Keep the newest entry of each value."""
        newest = {(entry.values or entry.rule): entry for entry in self.entries}
        kept = [entry for entry in self.entries if newest[entry.values or entry.rule] is entry]
        self.clear()
        for entry in kept:
            self.entries.append(entry)
            if entry.event_id:
                _more(self._seen, (entry.event_id, entry.rule))
            self._count(entry, 1)

    def _forget(self, entry: Entry) -> None:
        if entry.event_id:
            _less(self._seen, (entry.event_id, entry.rule))
        self._count(entry, -1)

    def _count(self, entry: Entry, step: int) -> None:
        key = entry.values or entry.rule
        if step > 0:
            _more(self._counts, key)
        else:
            _less(self._counts, key)
        if entry.values:
            value = entry.values[0]
            if isinstance(value, float):
                above, below = value.as_integer_ratio()
                self._exact += step * above * (_UNIT // below)
            elif isinstance(value, int):
                self._total += step * value
            if self._sorted is not None and not isinstance(value, str):
                _resort(self._sorted, float(value), step)


def _resort(numbers: list[float], value: float, step: int) -> None:
    if step > 0:
        insort(numbers, value)
    else:
        del numbers[bisect_left(numbers, value)]


def _more(counts: dict[Any, int], key: Any) -> None:
    counts[key] = counts.get(key, 0) + 1


def _less(counts: dict[Any, int], key: Any) -> None:
    left = counts.get(key, 0) - 1
    if left > 0:
        counts[key] = left
    else:
        counts.pop(key, None)


def _ordered(entries: Iterable[Entry]) -> list[Entry]:
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
