"""One rule and an event of its kind."""

from collections.abc import Callable
from pathlib import Path

import pytest

from keng.detect.sigma import RuleSet, load_rules
from keng.model.event import Event, LogSource

RULE = """
title: Shadow copies deleted
id: 11111111-1111-4111-8111-111111111111
tags: [attack.t1490, attack.impact, attack.t1059.001]
logsource: {product: windows, category: process_creation}
detection:
  s: {CommandLine|contains|all: [delete, shadows]}
  condition: s
level: high
"""


@pytest.fixture
def ruleset(tmp_path: Path) -> RuleSet:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "r.yml").write_text(RULE)
    return load_rules([folder])


@pytest.fixture
def start() -> Callable[..., Event]:
    """Makes a start of a program."""

    def make(**fields: object) -> Event:
        return Event(dict(fields), LogSource("windows", "sysmon", ("process_creation",)), id="1" * 32)

    return make
