"""`keng rules why`: a rule, or a correlation and what it counts, on the events that were given. Pure."""

from collections.abc import Sequence

import msgspec

from keng.detect.sigma import Detector, RuleSet
from keng.detect.sigma.explain import Explanation, explain
from keng.detect.sigma.rule import Correlation, Rule
from keng.model.event import Event


class Reasons(msgspec.Struct, frozen=True):
    """A rule on one of several events. number: its place among them, from 1; of: how many; explained: rule and event."""

    number: int
    of: int
    explained: Explanation


class Counted(msgspec.Struct, frozen=True):
    """What a correlation counts. events: of those given, how many the rule matches; nearest: the rule on one of them."""

    rule_id: str
    title: str
    events: int
    nearest: Reasons


class CorrelationReasons(msgspec.Struct, frozen=True):
    """matches: whether the correlation tells something of these events, in the order of their time.

    alerts: how often. condition: as the rule has it; groups: field → the values among the events that its rules match.
    """

    rule_id: str
    title: str
    matches: bool
    alerts: int
    events: int
    kind: str
    condition: str
    timespan_s: float
    group_by: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]
    counted: tuple[Counted, ...]


def reasons(rule: Rule, events: Sequence[Event], wanted: bool, number: int = 0) -> Reasons:
    """The rule on the event of this number; without one, on the first that answers the question.

    wanted: whether a match is asked about; else an event of the rule's log source that it does not match.
    """
    if number:
        return Reasons(number, len(events), explain(rule, events[number - 1]))
    found = [Reasons(place, len(events), explain(rule, event)) for place, event in enumerate(events, 1)]
    fitting = [one for one in found if one.explained.source_fits]
    answering = [one for one in fitting if one.explained.matches is wanted]
    return (answering or fitting or found)[0]


def correlation_reasons(
    ruleset: RuleSet, correlation: Correlation, events: Sequence[Event]
) -> CorrelationReasons:
    """What the correlation says of these events, and each of the rules that it counts by itself."""
    ordered = sorted(events, key=lambda event: event.time_us)
    detector = Detector(ruleset)
    told = [*detector.feed(ordered), *detector.flush()]
    alerts = sum(one.rule.id == correlation.info.id for one in told)
    counted, matching = [], []
    for rule in ruleset.rules:
        if rule.info.id in correlation.rules or rule.name in correlation.rules:
            hits = [event for event in ordered if explain(rule, event).matches]
            matching += hits
            counted.append(
                Counted(rule.info.id, rule.info.title, len(hits), reasons(rule, ordered, bool(hits)))
            )
    groups = {
        name: tuple(dict.fromkeys(str(event.fields.get(name, "")) for event in matching))[:10]
        for name in correlation.group_by
    }
    return CorrelationReasons(
        correlation.info.id,
        correlation.info.title,
        bool(alerts),
        alerts,
        len(events),
        correlation.kind,
        " ".join(f"{one.op} {one.value:g}" for one in correlation.conditions),
        correlation.timespan_us / 1e6,
        correlation.group_by,
        groups,
        tuple(counted),
    )
