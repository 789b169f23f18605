"""Samples that do not behave are named; rules without samples, too."""

from pathlib import Path

import orjson

from keng.detect.sigma import RuleSet
from keng.rulebench.check_samples import check_samples

SOURCE = {"product": "windows", "service": "sysmon", "categories": ["process_creation"]}
RULE = "11111111-1111-4111-8111-111111111111"


def _write(path: Path, rule: str, match: str, no_match: str) -> None:
    def step(command: str) -> dict[str, object]:
        return {"logsource": SOURCE, "event": {"CommandLine": command}}

    path.write_bytes(orjson.dumps({"rule": rule, "match": [step(match)], "no_match": [step(no_match)]}))


def test_rules_that_behave_pass(ruleset: RuleSet, tmp_path: Path) -> None:
    _write(tmp_path / "s.json", RULE, "delete shadows", "list shadows")
    report = check_samples(ruleset, [tmp_path / "s.json"])
    assert report.passed and [result.matches for result in report.results] == [1, 0] and not report.untested


def test_what_does_not_behave_is_named(ruleset: RuleSet, tmp_path: Path) -> None:
    _write(tmp_path / "s.json", RULE, "list shadows", "delete shadows")
    report = check_samples(ruleset, [tmp_path / "s.json"])
    assert not report.passed and [result.passed for result in report.results] == [False, False]


def test_samples_of_other_rules_are_named_and_rules_without_samples(ruleset: RuleSet, tmp_path: Path) -> None:
    _write(tmp_path / "s.json", "someone-else", "a", "b")
    report = check_samples(ruleset, [tmp_path / "s.json"])
    assert report.unknown == ("someone-else",) and report.untested == (RULE,)
