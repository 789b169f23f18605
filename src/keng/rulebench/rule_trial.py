"""`keng rules try`: a rule against history before it is switched on, and what a shift would have had of it."""

import time
from collections import Counter

import msgspec

from keng.alerts.group import group_key
from keng.detect.sigma import RuleSet
from keng.detect.sigma.explain import MAX_VALUE
from keng.model.detection import Detection, RuleInfo
from keng.runtime.prepare import Steps
from keng.runtime.retro import Retro
from keng.store.base import Agencies
from keng.store.history import DAY_US, History

MAX_VALUES = 10


class NoisyValue(msgspec.Struct, frozen=True):
    """A value of a field among the matches, and in how many of them."""

    field: str
    value: str
    matches: int


class RuleTrial(msgspec.Struct, frozen=True):
    """alerts_a_day: agency → alerts a day, as the queue would group them (one rule, one entity, one day at most).

    noisiest: the values most seen, per field of the rule. stopped: alerts and values are of a part of the matches,
    looked_at of them.
    """

    rule_id: str
    title: str
    matches: int
    events: int
    days: float
    seconds: float
    matches_of: dict[str, int]
    alerts_a_day: dict[str, float]
    noisiest: tuple[NoisyValue, ...]
    examples: tuple[str, ...]
    stopped: bool = False
    looked_at: int = 0


def try_rules(
    ruleset: RuleSet,
    history: History,
    steps: Steps,
    since_us: int = 0,
    agencies: Agencies = None,
    most: int = 100_000,
) -> list[RuleTrial]:
    """Every rule and correlation of the set, over all of history in one pass. most: matches of one rule."""
    started = time.monotonic()
    slices = history.slices(since_us, agencies)
    search = Retro(ruleset, history, steps, agencies, most)
    found: dict[str, list[Detection]] = {rule_id: [] for rule_id in ruleset.info}
    for step in search.run(slices):
        for detection in step.detections:
            found[detection.rule.id].append(detection)
    events = sum(part.events for part in slices)
    first = min((part.from_us for part in slices), default=0)
    last = max((part.to_us for part in slices), default=0)
    days = max((last - first) / DAY_US, 1 / 24)
    seconds = time.monotonic() - started
    info = ruleset.info
    return [
        trial_of(info[rule_id], detections, None, events, days, seconds, rule_id in search.noisy)
        for rule_id, detections in found.items()
        if detections or rule_id not in search.silent
    ]


def trial_of(
    rule: RuleInfo,
    found: list[Detection],
    counts: dict[str, int] | None,
    events: int,
    days: float,
    seconds: float,
    stopped: bool,
) -> RuleTrial:
    """What detections say. counts: agency → matches, where `found` is only a part of them."""
    matches = counts if counts is not None else Counter(detection.event.agency for detection in found)
    alerts = {(one.event.agency, group_key(one), one.event.time_us // DAY_US) for one in found}
    of_agency = Counter(agency for agency, _key, _day in alerts)
    values = Counter(
        (name, str(value)[:MAX_VALUE]) for detection in found for name, value in detection.matched.items()
    )
    values.update(("host", detection.event.host) for detection in found if detection.event.host)
    return RuleTrial(
        rule.id,
        rule.title,
        sum(matches.values()),
        events,
        round(days, 3),
        round(seconds, 3),
        dict(sorted(matches.items())),
        {agency: round(count / max(days, 1.0), 2) for agency, count in sorted(of_agency.items())},
        tuple([NoisyValue(name, value, n) for (name, value), n in values.most_common(MAX_VALUES)]),
        tuple([detection.event.id for detection in found[:5]]),
        stopped,
        len(found),
    )
