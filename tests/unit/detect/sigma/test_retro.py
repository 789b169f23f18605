"""Rules that cannot hold in history are out before anything is asked."""

from pathlib import Path

from keng.detect.sigma import RuleSet, load_rules
from keng.detect.sigma.retro import Kind, RetroSearch
from keng.model.event import LogSource

START = LogSource("windows", "sysmon", ("process_creation",))
SECURITY = LogSource("windows", "security", ())
RULES = """
title: One
id: 11111111-1111-4111-8111-111111111111
logsource: {product: windows, category: process_creation}
detection:
  s: {CommandLine|contains: mimidogz}
  f: {User: backup}
  condition: s and not f
---
title: Other
id: 22222222-2222-4222-8222-222222222222
logsource: {product: windows, service: security}
detection:
  s: {EventID: 4625, Status: '0xc000006a'}
  condition: s
"""


def rules(folder: Path, text: str = RULES) -> RuleSet:
    (folder / "r.yml").write_text(text)
    return load_rules([folder])


def test_the_event_id_decides_first_and_a_field_that_is_unknown_decides_too(tmp_path: Path) -> None:
    search = RetroSearch(rules(tmp_path), frozenset({"Status", "EventID"}))
    assert not search.living(Kind(SECURITY, "4624")) and not search.living(Kind(START, "1"))
    assert len(search.living(Kind(SECURITY, "4625"))) == 1
    assert search.source(START, {"1": 5}) is None


def test_a_rule_that_is_dropped_is_looked_for_no_longer(tmp_path: Path) -> None:
    search = RetroSearch(rules(tmp_path))
    assert search.source(START, {"1": 5}) is not None
    search.drop(["11111111-1111-4111-8111-111111111111"])
    assert search.source(START, {"1": 5}) is None


def test_what_a_value_meets_is_remembered(tmp_path: Path) -> None:
    search = RetroSearch(rules(tmp_path))
    assert search.needs_met("CommandLine", "x MimiDogz") and not search.needs_met("CommandLine", "x")
    assert not search.needs_met("Unknown", "x")
