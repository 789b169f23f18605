"""Loads the rules that a centre runs: our own, the installed sets, and those that its settings name."""

from pathlib import Path

from keng.detect.sigma import Detector, RuleSet, load_rules
from keng.detect.sigma.installed import rule_paths
from keng.detect.sigma.versions import active_folders
from keng.resources import rules_dir
from keng.runtime.pipeline_parts import Loaded
from keng.runtime.settings import Settings


def paths_of(settings: Settings) -> list[Path]:
    """Where rules are looked for, each place once, in order."""
    wanted = [rules_dir(), *rule_paths(settings.data_dir), *settings.rules]
    return list(dict.fromkeys(path for path in wanted if path.exists()))


def load_engine(settings: Settings) -> tuple[Loaded, RuleSet]:
    """A detector with fresh correlations, and the rules it was made of. Takes seconds for thousands of rules."""
    active = active_folders(settings.data_dir)
    ruleset = load_rules(paths_of(settings), settings.cache_dir)
    while active != (now := active_folders(settings.data_dir)):
        # A set was switched while it was read: half of each would be neither.
        active, ruleset = now, load_rules(paths_of(settings), settings.cache_dir)
    detector = Detector(ruleset, lateness_us=int(settings.lateness_s * 1_000_000))
    return Loaded(detector, ruleset.content_hash), ruleset
