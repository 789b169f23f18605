"""Rules for tests: YAML text to a rule set, and events with little writing."""

import itertools
import tempfile
from pathlib import Path
from typing import Any

import yaml

from keng.detect.sigma import Engine, RuleSet, load_rules
from keng.model.event import Event, LogSource

SOURCE = LogSource("test", "unit", ("demo",))
_numbers = itertools.count(1)


def ruleset(text: str, **placeholders: list[str]) -> RuleSet:
    """A rule set of one file's text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rule.yml"
        path.write_text(text, encoding="utf-8")
        return load_rules([path], placeholders=placeholders)


def rule_text(detection: dict[str, Any], **keys: Any) -> str:
    """A rule with this detection; a condition is added if there is only one selection."""
    detection = dict(detection)
    detection.setdefault("condition", next(iter(detection)))
    return yaml.safe_dump(
        {"title": "A rule", "logsource": {"product": "test"}, "detection": detection, **keys},
        allow_unicode=True,
        sort_keys=False,
    )


def event(fields: dict[str, Any], raw: str = "", source: LogSource = SOURCE, time_us: int = 0) -> Event:
    """An event with an id of its own."""
    return Event(fields, source, time_us=time_us, raw=raw, id=f"{next(_numbers):032x}")


def matches(
    detection: dict[str, Any], fields: dict[str, Any], raw: str = "", **placeholders: list[str]
) -> bool:
    """Whether a rule with this detection matches an event with these fields."""
    loaded = ruleset(rule_text(detection), **placeholders)
    assert not loaded.errors, loaded.errors
    return bool(Engine(loaded).match([event(fields, raw)]))


def refusal(detection: dict[str, Any], **keys: Any) -> str:
    """The reason for which a rule with this detection is not loaded; "" if it is."""
    loaded = ruleset(rule_text(detection, **keys))
    return "; ".join(problem.reason for problem in loaded.errors if problem.fatal)
