"""What is asked of history narrows the rules and leaves none out that may hold."""

from pathlib import Path

from keng.detect.sigma import RuleSet, load_rules
from keng.detect.sigma.retro import Kind, RetroSearch
from keng.model.event import LogSource
from keng.model.probe import Answer

START = LogSource("windows", "sysmon", ("process_creation",))
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


def _rules(folder: Path) -> RuleSet:
    (folder / "r.yml").write_text(RULES)
    return load_rules([folder])


def test_only_rules_whose_anchors_were_found_make_classes(tmp_path: Path) -> None:
    search = RetroSearch(_rules(tmp_path), frozenset({"CommandLine", "User"}))
    search.meet([Kind(START, "1")])
    (probe,) = search.anchor_probes()
    assert probe.field == "CommandLine"
    search.learn(probe, (), True)
    assert not search.faces_rules(START)
    search.learn(probe, (0,), True)
    assert search.faces_rules(START) and search.anchor_probes() == []
    assert {one.field for one in search.class_probes(START)} == {"CommandLine", "User"}


def test_a_class_is_worth_loading_unless_every_rule_is_false_in_it(tmp_path: Path) -> None:
    search = RetroSearch(_rules(tmp_path))
    kind = Kind(START, "1")
    search.meet([kind])
    for probe in search.anchor_probes():
        search.learn(probe, range(len(probe.patterns)), True)
    search.class_probes(START)
    found, none = Answer((1,)), Answer(empty=True)
    assert search.worth(kind, {"CommandLine": found, "User": none})
    assert not search.worth(kind, {"CommandLine": found, "User": found})
    assert not search.worth(kind, {"CommandLine": Answer(), "User": none})
    assert search.worth(kind, {"CommandLine": Answer(odd=True), "User": none})
    search.drop(["11111111-1111-4111-8111-111111111111"])
    assert not search.worth(kind, {"CommandLine": found, "User": none})


def test_the_event_id_decides_first_and_unknown_fields_are_not_asked(tmp_path: Path) -> None:
    search = RetroSearch(_rules(tmp_path), frozenset({"Status"}))
    security = LogSource("windows", "security", ())
    search.meet([Kind(security, "4624"), Kind(START, "1")])
    assert search.anchor_probes() == []
    search.meet([Kind(security, "4625")])
    assert [probe.field for probe in search.anchor_probes()] == ["Status"]
    assert len(search.single_probes()) == 2
