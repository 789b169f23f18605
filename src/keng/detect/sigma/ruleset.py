"""A rule set: what was loaded, what was not, and why."""

import msgspec

from keng.detect.sigma.errors import RuleProblem
from keng.detect.sigma.rule import Correlation, Filter, Rule
from keng.model.detection import RuleInfo


class RuleSet(msgspec.Struct, frozen=True):
    """Rules ready to be matched. Filters are already part of the rules they apply to.

    correlations: in an order in which each stands after those it refers to.
    errors: problems, fatal (not loaded) and not (warnings). content_hash: hex, over files and settings.
    cache_dir: where compiled databases may be kept, "" for nowhere.
    """

    rules: tuple[Rule, ...]
    correlations: tuple[Correlation, ...] = ()
    filters: tuple[Filter, ...] = ()
    errors: tuple[RuleProblem, ...] = ()
    content_hash: str = ""
    cache_dir: str = ""

    @property
    def info(self) -> dict[str, RuleInfo]:
        """What people read about each rule and correlation, by id."""
        infos = {rule.info.id: rule.info for rule in self.rules}
        infos.update((correlation.info.id, correlation.info) for correlation in self.correlations)
        return infos
