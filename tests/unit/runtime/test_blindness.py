from pathlib import Path

from keng.detect.sigma import RuleSet, load_rules
from keng.detect.sigma.arrivals import FIRST, Arrivals
from keng.detect.sigma.review import ARRIVALS_FILE
from keng.model.event import Event, LogSource
from keng.runtime.blindness import Blindness, blindness

RULE = """
title: {title}
id: 00000000-0000-4000-8000-00000000000{number}
logsource: {source}
detection:
  selection: {selection}
  condition: selection
"""
WINDOWS = "{product: windows, category: process_creation}"


def ruleset(folder: Path) -> RuleSet:
    rules = (
        ("by a field that comes", 1, WINDOWS, "{CommandLine|contains: evil}"),
        ("by one that never does", 2, WINDOWS, "{NoSuchField: x}"),
        ("of what nobody sends", 3, "{product: zeek, service: dns}", "{query|contains: evil}"),
    )
    for title, number, source, selection in rules:
        (folder / f"{number}.yml").write_text(
            RULE.format(title=title, number=number, source=source, selection=selection)
        )
    return load_rules([folder])


def test_rules_whose_field_or_log_source_never_arrives_are_counted(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    rules = ruleset(tmp_path / "rules")
    assert blindness(rules, tmp_path) == Blindness(1, 0), "by our mapping, before anything has arrived"
    arrivals = Arrivals()
    source = LogSource("windows", "sysmon", ("process_creation",))
    arrivals.look([Event({"CommandLine": "x"}, source) for _n in range(FIRST)])
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / ARRIVALS_FILE).write_bytes(arrivals.encode())
    assert blindness(rules, tmp_path) == Blindness(1, 1)
    (tmp_path / "cache" / ARRIVALS_FILE).write_bytes(b"damaged")
    assert blindness(rules, tmp_path) == Blindness(1, 0)
