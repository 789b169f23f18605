"""`keng rules why` and `why-not`: exit codes, JSON, events from a file and from standard input."""

from pathlib import Path

import orjson
from tests.unit.cli.rules_files import event_file, rule_file
from typer.testing import CliRunner

from keng.cli.main import app


def test_why_names_the_parts(tmp_path: Path) -> None:
    rule, event = rule_file(tmp_path), event_file(tmp_path, CommandLine="delete shadows", User="an")
    done = CliRunner().invoke(app, ["rules", "why", rule, event, "--json"])
    found = orjson.loads(done.stdout)
    assert done.exit_code == 0 and found["matches"] and found["reasons"][0]["field"] == "CommandLine"
    assert CliRunner().invoke(app, ["rules", "why-not", rule, event]).exit_code == 1


def test_why_not_names_what_stands_in_the_way(tmp_path: Path) -> None:
    rule, event = rule_file(tmp_path), event_file(tmp_path, CommandLine="delete shadows", User="backup")
    done = CliRunner().invoke(app, ["rules", "why-not", rule, event, "--json"])
    failing = orjson.loads(done.stdout)["failing"]
    assert done.exit_code == 0 and [part["selection"] for part in failing] == ["backup"]
    text = CliRunner().invoke(app, ["rules", "why-not", rule, event])
    assert "backup" in text.stdout


def test_an_event_may_come_from_standard_input(tmp_path: Path) -> None:
    rule = rule_file(tmp_path)
    data = Path(event_file(tmp_path, CommandLine="delete shadows")).read_bytes()
    assert CliRunner().invoke(app, ["rules", "why", rule, "-"], input=data).exit_code == 0
