"""`keng rules tune` prints a filter that can be used, and ends with 1 without one."""

from pathlib import Path

import orjson
import yaml
from tests.unit.cli.rules_files import RULE_ID, log_file, rule_file, sample_file
from typer.testing import CliRunner

from keng.cli.main import app


def test_the_filter_is_printed(tmp_path: Path) -> None:
    rule = rule_file(tmp_path)
    sample = sample_file(tmp_path, {"CommandLine": "delete shadows", "ParentImage": "C:\\cmd.exe"}, {})
    log = log_file(tmp_path, CommandLine="delete shadows", ParentImage="C:\\veeam.exe")
    done = CliRunner().invoke(app, ["rules", "tune", rule, "-f", log, "--samples", sample])
    assert done.exit_code == 0, done.output
    assert yaml.safe_load(done.stdout)["filter"]["rules"] == [RULE_ID]


def test_without_one_it_says_why(tmp_path: Path) -> None:
    rule = rule_file(tmp_path)
    done = CliRunner().invoke(
        app, ["rules", "tune", rule, "-f", log_file(tmp_path, CommandLine="x"), "--json"]
    )
    assert done.exit_code == 1 and orjson.loads(done.stdout)["reason"]


def test_false_positives_may_come_from_standard_input_and_must_be_there(tmp_path: Path) -> None:
    rule = rule_file(tmp_path)
    log = Path(log_file(tmp_path, CommandLine="delete shadows", ParentImage="C:\\veeam.exe")).read_bytes()
    done = CliRunner().invoke(app, ["rules", "tune", rule, "-f", "-"], input=log)
    assert done.exit_code == 0, done.output
    gone = CliRunner().invoke(app, ["rules", "tune", rule, "-f", str(tmp_path / "gone.json")])
    assert gone.exit_code == 1 and "gone.json" in gone.stderr
