"""The Sigma engine: rules read, compiled and matched exactly.

`load_rules` reads rule files into a `RuleSet`; `Engine` matches its plain rules on events; `Detector` adds
the correlations and keeps their state.
"""

from keng.detect.sigma.detector import Detector
from keng.detect.sigma.engine import Engine
from keng.detect.sigma.errors import RuleProblem
from keng.detect.sigma.load import load_rules
from keng.detect.sigma.ruleset import RuleSet

__all__ = ["Detector", "Engine", "RuleProblem", "RuleSet", "load_rules"]
