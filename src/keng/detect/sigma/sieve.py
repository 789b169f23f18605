"""The sieve: of many entries, those that a rule may match; the others need not become events.

Exact where it lets nothing through: an entry is ruled out only if the values at a glance decide so by the engine's own
tables, and no keyword of its rules stands in its text. Whatever is not sure is let through and judged whole.
"""

from collections.abc import Sequence

from keng.detect.sigma.engine import Engine
from keng.detect.sigma.raw_keywords import RawKeywords
from keng.model.glance import Glance


class Sieve:
    """One engine's. Not thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._keywords: dict[int, RawKeywords] = {}

    def suspects(self, raws: Sequence[bytes], glances: Sequence[Glance | None]) -> list[int]:
        """Places of the entries that some rule may match, in order; raws: their texts, JSON."""
        found: list[int] = []
        by_group: dict[int, list[int]] = {}
        self._engine.tidy()
        plan_of, rules_out = self._engine.plan, self._engine.rules_out
        for place, glance in enumerate(glances):
            if glance is None:
                found.append(place)
                continue
            plan = plan_of(glance.logsource, glance.event_id)
            if not rules_out(plan, glance):
                found.append(place)
            elif plan.group:
                by_group.setdefault(plan.group, []).append(place)
        for group, places in by_group.items():
            found += self._keywords_of(group).suspects(raws, places)
        found.sort()
        return found

    def _keywords_of(self, group: int) -> RawKeywords:
        known = self._keywords.get(group)
        if known is None:
            known = self._keywords[group] = RawKeywords(self._engine.keywords_of(group))
        return known
