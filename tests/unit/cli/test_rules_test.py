"""`keng rules test` ends with 1 if a sample does not behave."""

from pathlib import Path

import orjson
from tests.unit.cli.rules_files import rule_file, sample_file
from typer.testing import CliRunner

from keng.cli.main import app


def test_samples_that_behave_pass(tmp_path: Path) -> None:
    rule = rule_file(tmp_path)
    sample = sample_file(tmp_path, {"CommandLine": "delete shadows"}, {"CommandLine": "list"})
    done = CliRunner().invoke(app, ["rules", "test", sample, "-r", rule, "--json"])
    assert done.exit_code == 0 and orjson.loads(done.stdout.splitlines()[-1])["passed"]


def test_one_that_does_not_is_named(tmp_path: Path) -> None:
    rule = rule_file(tmp_path)
    sample = sample_file(tmp_path, {"CommandLine": "list"}, {"CommandLine": "delete shadows"})
    done = CliRunner().invoke(app, ["rules", "test", sample, "-r", rule])
    assert done.exit_code == 1 and "sample.json" in done.stdout


def test_without_a_sample_it_says_what_one_is(tmp_path: Path) -> None:
    rule = rule_file(tmp_path)
    (tmp_path / "empty").mkdir()
    done = CliRunner().invoke(app, ["rules", "test", str(tmp_path / "empty"), "-r", rule])
    assert done.exit_code == 1 and "no_match" in done.stdout
    (tmp_path / "bad.json").write_text("no json")
    done = CliRunner().invoke(app, ["rules", "test", str(tmp_path / "bad.json"), "-r", rule])
    assert done.exit_code == 1 and "bad.json" in done.stdout


def test_rules_that_are_not_there_are_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["rules", "test", str(tmp_path), "-r", str(tmp_path / "none")])
    assert done.exit_code == 1 and "none" in done.stderr
