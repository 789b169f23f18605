"""How detection is shared out: each partition sees its agencies whole; what looks across agencies sees everything, once.

A correlation looks at one agency by itself unless its rule says otherwise (`across_agencies`). Those that do, and those
that refer to them, are decided in one place that reads all partitions, and are left out everywhere else.
"""

from collections.abc import Sequence

import msgspec

from keng.detect.sigma import Detector, RuleSet
from keng.detect.sigma.engine import Engine
from keng.detect.sigma.rule import Correlation
from keng.model.detection import Detection
from keng.model.event import Event


def wide_ids(ruleset: RuleSet) -> frozenset[str]:
    """Ids of the correlations that need events of all agencies."""
    names: set[str] = set()
    found: set[str] = set()
    for each in ruleset.correlations:  # in an order in which each stands after those it refers to
        if each.across_agencies or names.intersection(each.rules):
            found.add(each.info.id)
            names |= {each.info.id, each.name} - {""}
    return frozenset(found)


def wide_rules(ruleset: RuleSet) -> RuleSet:
    """Only what the wide correlations need."""
    wide = wide_ids(ruleset)
    needed: set[str] = set()
    kept: list[Correlation] = []
    for each in reversed(ruleset.correlations):
        if each.info.id in wide or each.info.id in needed or (each.name and each.name in needed):
            needed |= set(each.rules)
            kept.append(each)
    rules = tuple(
        rule for rule in ruleset.rules if rule.info.id in needed or (rule.name and rule.name in needed)
    )
    return msgspec.structs.replace(ruleset, rules=rules, correlations=tuple(reversed(kept)))


class ShareDetector:
    """A detector whose findings are only those of its share. wide: the place that sees everything."""

    def __init__(
        self, ruleset: RuleSet, lateness_us: int, wide: frozenset[str], is_wide: bool, engine: Engine
    ) -> None:
        self._detector = Detector(ruleset, lateness_us, engine)
        self._wide = wide
        self._is_wide = is_wide

    @property
    def losses(self) -> dict[str, int]:
        """See `Detector.losses`."""
        return self._detector.losses

    def feed(self, events: Sequence[Event]) -> list[Detection]:
        """See `Detector.feed`."""
        return self._own(self._detector.feed(events))

    def tick(self, now_us: int) -> list[Detection]:
        """See `Detector.tick`."""
        return self._own(self._detector.tick(now_us))

    def save(self) -> bytes:
        """See `Detector.save`."""
        return self._detector.save()

    def restore(self, state: bytes) -> None:
        """See `Detector.restore`."""
        self._detector.restore(state)

    def _own(self, found: list[Detection]) -> list[Detection]:
        if not self._wide:
            return found
        return [one for one in found if (one.rule.id in self._wide) is self._is_wide]
