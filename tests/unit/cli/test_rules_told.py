"""How problems are told."""

from keng.cli.rules_told import as_json, line, shown
from keng.detect.sigma.errors import RuleProblem

PROBLEM = RuleProblem("a\x1b.yml", 3, "id", "unknown modifier {modifier!r}", values={"modifier": "x"})


def test_a_line_names_place_rule_and_reason_without_control_characters() -> None:
    text = line(PROBLEM)
    assert ":3 [id]: " in text
    assert "\x1b" not in text
    assert "\r" not in shown("a\rb")


def test_machines_get_the_english_reason() -> None:
    assert as_json(PROBLEM)["kind"] == "error"
    assert as_json(PROBLEM, "dead")["kind"] == "dead"
    assert as_json(PROBLEM)["reason"] == "unknown modifier 'x'"
