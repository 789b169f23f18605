"""Which of several events is explained, and what a correlation makes of them."""

from pathlib import Path

from tests.unit.cli.rules_files import RULE

from keng.detect.sigma import load_rules
from keng.model.event import Event, LogSource
from keng.rulebench.reasons import correlation_reasons, reasons

WINDOWS = LogSource("windows", "sysmon", ("process_creation",))
HIT = Event({"CommandLine": "delete shadows", "User": "an"}, WINDOWS, time_us=1_000_000)
MISS = Event({"CommandLine": "list"}, WINDOWS, time_us=2_000_000)
FAR = Event({"CommandLine": "delete shadows"}, LogSource("linux"), time_us=3_000_000)
COUNT = """---
title: Often
correlation: {type: event_count, rules: [one], group-by: [User], timespan: 5m, condition: {gte: 3}}
"""


def test_the_event_that_answers_is_chosen(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(RULE)
    (rule,) = load_rules([tmp_path]).rules
    assert reasons(rule, [FAR, MISS, HIT], True).number == 3
    assert reasons(rule, [FAR, HIT, MISS], False).number == 3
    assert reasons(rule, [FAR], True).explained.source_fits is False
    assert reasons(rule, [HIT, MISS], True, 2).explained.matches is False


def test_a_correlation_counts_what_its_rules_match(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(RULE.replace("title", "name: one\ntitle", 1) + COUNT)
    ruleset = load_rules([tmp_path])
    (correlation,) = ruleset.correlations
    told = correlation_reasons(ruleset, correlation, [HIT, MISS])
    assert (told.matches, told.counted[0].events, told.groups) == (False, 1, {"User": ("an",)})
    many = [Event(HIT.fields, WINDOWS, time_us=n * 1_000_000, id=str(n)) for n in range(3)]
    assert correlation_reasons(ruleset, correlation, many).alerts == 1
