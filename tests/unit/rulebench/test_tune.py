"""A proposed filter silences the false positives, keeps the true ones, and says when there is none."""

from collections.abc import Callable
from pathlib import Path

from keng.detect.sigma import Engine, RuleSet, load_rules
from keng.model.event import Event
from keng.rulebench.samples import Sample
from keng.rulebench.tune import known_samples, tune

RULE = "11111111-1111-4111-8111-111111111111"
Start = Callable[..., Event]


def _true(*events: Event) -> list[Sample]:
    return [Sample(RULE, "s", True, events)]


def test_what_false_positives_share_and_true_ones_lack_becomes_the_filter(
    ruleset: RuleSet, start: Start, tmp_path: Path
) -> None:
    wrong = [
        start(
            CommandLine=f"delete shadows {n}", ParentImage="C:\\Veeam\\a.exe", Image="C:\\v.exe", ProcessId=n
        )
        for n in range(3)
    ]
    right = start(CommandLine="delete shadows", ParentImage="C:\\cmd.exe", Image="C:\\v.exe")
    found = tune(ruleset.rules[0], wrong, _true(right))
    assert found.proved and (found.silenced, found.kept) == (3, 1)
    assert "ParentImage" in found.yaml and "ProcessId" not in found.yaml
    folder = tmp_path / "rules"
    (folder / "filter.yml").write_text(found.yaml)
    with_filter = load_rules([folder])
    assert not with_filter.errors
    engine = Engine(with_filter)
    assert not engine.match(wrong) and engine.match([right])


def test_unlike_false_positives_get_a_selection_each(ruleset: RuleSet, start: Start) -> None:
    wrong = [
        start(CommandLine="delete shadows", ParentImage="C:\\a\\one.exe", User="x"),
        start(CommandLine="delete shadows", ParentImage="D:\\b\\two.com", User="y"),
    ]
    found = tune(
        ruleset.rules[0], wrong, _true(start(CommandLine="delete shadows", ParentImage="E:\\c\\z", User="z"))
    )
    assert found.proved and "1 of selection_" in found.yaml


def test_what_cannot_be_told_from_a_true_positive_is_not_filtered(ruleset: RuleSet, start: Start) -> None:
    same = start(CommandLine="delete shadows")
    found = tune(ruleset.rules[0], [same], _true(same))
    assert not found.yaml and not found.proved and found.reason


def test_events_that_the_rule_does_not_match_are_no_false_positives(ruleset: RuleSet, start: Start) -> None:
    found = tune(ruleset.rules[0], [start(CommandLine="list")], [])
    assert found.false_positives == 0 and not found.proved


def test_wildcards_in_values_are_taken_literally(ruleset: RuleSet, start: Start) -> None:
    wrong = start(CommandLine="delete shadows", ParentImage="C:\\v*\\a?.exe", User="b")
    right = start(CommandLine="delete shadows", ParentImage="C:\\vxx\\ab.exe", User="b")
    assert tune(ruleset.rules[0], [wrong], _true(right)).proved


def test_samples_are_found_under_paths(tmp_path: Path) -> None:
    assert known_samples([tmp_path]) == []
