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
