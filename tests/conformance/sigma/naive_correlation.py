"""The oracle of correlations: every window computed from the whole sorted input, with nothing kept between events."""

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from keng.detect.sigma.rule import Correlation
from keng.model.event import Event

OPERATORS = {
    "gt": lambda a, b: a > b, "gte": lambda a, b: a >= b, "lt": lambda a, b: a < b, "lte": lambda a, b: a <= b,
    "eq": lambda a, b: a == b, "neq": lambda a, b: a != b,
}  # fmt: skip
Told = tuple[int, tuple[str, ...], float]
"""Time of the event told of, ids of the events in the window, figure."""


def alerts(correlation: Correlation, events: Sequence[Event]) -> list[Told]:
    """What a correlation tells about events whose field `kind` names the rule that they match."""
    span = correlation.timespan_us
    groups: dict[tuple[str, ...], list[Event]] = defaultdict(list)
    for event in sorted(events, key=lambda event: (event.time_us, event.id)):
        values = [event.fields.get(name) for name in correlation.group_by]
        wanted = not correlation.fields or bool(values_of(correlation, event))
        if event.fields["kind"] in correlation.rules and None not in values and wanted:
            groups[event.agency, *(str(value).casefold() for value in values)].append(event)
    told: list[Told] = []
    for group in groups.values():
        if correlation.kind == "absence":
            told += unanswered(correlation, group, span)
        elif slides(correlation):
            told += sliding(correlation, group, span)
        else:
            told += whole(correlation, group, span)
    return sorted(told)


def slides(correlation: Correlation) -> bool:
    whole = correlation.kind in ("value_avg", "value_percentile")
    return not whole and all(threshold.op in ("gt", "gte") for threshold in correlation.conditions)


def holds(correlation: Correlation, figure: float) -> bool:
    return all(OPERATORS[threshold.op](figure, threshold.value) for threshold in correlation.conditions)


def sliding(correlation: Correlation, group: list[Event], span: int) -> list[Told]:
    told: list[Told] = []
    active, fired = False, 0
    for place, event in enumerate(group):
        window = [other for other in group[: place + 1] if other.time_us >= event.time_us - span]
        figure = figure_of(correlation, window)
        if not holds(correlation, figure):
            active = False
        elif not active or event.time_us - fired >= span:
            active, fired = True, event.time_us
            told.append((event.time_us, ids(correlation, window), figure))
    return told


def whole(correlation: Correlation, group: list[Event], span: int) -> list[Told]:
    """Each stretch that fits into one span and is no part of a longer one."""
    told: list[Told] = []
    active, fired, end = False, 0, 0
    for place, event in enumerate(group):
        window = [other for other in group[place:] if other.time_us <= event.time_us + span]
        if place + len(window) == end:
            continue
        end = place + len(window)
        figure = figure_of(correlation, window)
        if not holds(correlation, figure):
            active = False
        elif not active or window[-1].time_us - fired >= span:
            active, fired = True, window[-1].time_us
            told.append((window[-1].time_us, tuple(other.id for other in window), figure))
    return told


def unanswered(correlation: Correlation, group: list[Event], span: int) -> list[Told]:
    """The first of `rules` asks, the others answer; alone it answers what is older."""
    first, alone = correlation.rules[0], len(correlation.rules) == 1
    told: list[Told] = []
    over = -(1 << 62)
    for event in group:
        if event.fields["kind"] != first or event.time_us <= over:
            continue
        answers = [
            other
            for other in group
            if event.time_us <= other.time_us <= event.time_us + span
            and (other.time_us > event.time_us if alone else other.fields["kind"] != first)
        ]
        if answers:
            continue
        until = event.time_us + span
        waiting = [
            other
            for other in group
            if other.fields["kind"] == first and event.time_us <= other.time_us <= until
        ]
        if alone:
            waiting = waiting[:1]
        over = waiting[-1].time_us
        told.append((over, tuple(other.id for other in waiting), 0))
    return told


def ids(correlation: Correlation, window: list[Event]) -> tuple[str, ...]:
    """All events; where order counts, of neighbours with the same rule the newest, unless one shares its instant."""
    if correlation.kind == "temporal_ordered":
        kept: list[Event] = []
        for event in window:
            same = kept and kept[-1].fields["kind"] == event.fields["kind"]
            if same and (len(kept) < 2 or kept[-2].time_us < kept[-1].time_us):
                kept.pop()
            kept.append(event)
        window = kept
    return tuple(event.id for event in window)


def values_of(correlation: Correlation, event: Event) -> list[Any]:
    """What an event adds to the figure."""
    found = [event.fields.get(name) for name in correlation.fields]
    lists = [[v for v in (value if isinstance(value, list) else [value]) if v is not None] for value in found]
    if correlation.kind == "value_count":
        if len(lists) == 1:
            return list({str(value).casefold() for value in lists[0]})
        return [tuple(str(part).casefold() for part in lists)] if all(lists) else []
    return [float(value) for value in lists[0] if isinstance(value, float) or value.isdigit()]


def figure_of(correlation: Correlation, window: list[Event]) -> float:
    kind = correlation.kind
    if kind == "event_count":
        return len(window)
    if kind == "temporal":
        return len({event.fields["kind"] for event in window})
    if kind == "temporal_ordered":
        rules = list(dict.fromkeys(correlation.rules))
        order = sorted((event.time_us, rules.index(event.fields["kind"])) for event in window)
        best = 0
        chains: list[tuple[int, int]] = []
        for _, rule in order:
            length = 1 + max((length for last, length in chains if last < rule), default=0)
            chains.append((rule, length))
            best = max(best, length)
        return best
    values = [value for event in window for value in values_of(correlation, event)]
    if kind == "value_count":
        return len(set(values))
    if kind == "value_sum":
        return math.fsum(values)
    if kind == "value_avg":
        return math.fsum(values) / len(values)
    values.sort()
    rank = (len(values) - 1) * correlation.percentile / 100
    low = math.floor(rank)
    return values[low] + (values[math.ceil(rank)] - values[low]) * (rank - low)
