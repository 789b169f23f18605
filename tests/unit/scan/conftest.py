"""Rules, detections and logs for the scan's tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keng.model.detection import Detection, RuleInfo
from keng.model.event import Event, LogSource
from keng.model.severity import Severity

RULES = """
title: Encoded command
id: 11111111-1111-4111-8111-111111111111
status: test
level: high
tags: [attack.execution, attack.t1059.001]
logsource: {category: process_creation, product: windows}
detection: {selection: {CommandLine|contains: ' -enc '}, condition: selection}
---
title: Password refused
id: 22222222-2222-4222-8222-222222222222
name: refused
status: test
level: low
logsource: {product: linux, service: sshd}
detection: {selection: {outcome: failure}, condition: selection}
---
title: Passwords guessed
id: 33333333-3333-4333-8333-333333333333
status: test
level: medium
correlation:
  type: event_count
  rules: [refused]
  group-by: [src_ip]
  timespan: 5m
  condition: {gte: 3}
"""


@pytest.fixture
def rules_file(tmp_path: Path) -> Path:
    path = tmp_path / "rules" / "rules.yml"
    path.parent.mkdir()
    path.write_text(RULES)
    return path


@pytest.fixture
def detection() -> Callable[..., Detection]:
    def make(**changes: Any) -> Detection:
        rule = RuleInfo(
            id=changes.get("rule_id", "11111111-1111-4111-8111-111111111111"),
            title=changes.get("title", "Encoded command"),
            severity=changes.get("severity", Severity.HIGH),
            tags=changes.get("tags", ("attack.execution", "attack.t1059.001")),
        )
        event = Event(
            fields=changes.get("fields", {"CommandLine": "powershell -enc AA"}),
            logsource=LogSource("windows", "sysmon", ("process_creation",)),
            time_us=changes.get("time_us", 1_714_539_600_123_456),
            host=changes.get("host", "pc-01"),
            source=changes.get("source", "logs/a.json"),
            offset=changes.get("offset", 3),
        )
        return Detection(rule, event, changes.get("matched", {"CommandLine": "powershell -enc AA"}))

    return make
