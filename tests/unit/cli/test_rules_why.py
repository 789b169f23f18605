"""`keng rules why` and `why-not`: exit codes, JSON, events from a file and from standard input."""

from pathlib import Path

import orjson
from tests.unit.cli.rules_files import RULE, event_file, rule_file
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


def test_of_several_events_the_one_that_answers_is_explained(tmp_path: Path) -> None:
    rule, event = rule_file(tmp_path), Path(event_file(tmp_path, CommandLine="list"))
    hit = event.read_bytes().replace(b"list", b"delete shadows")
    event.write_bytes(event.read_bytes() + b"\n" + hit + b"\n")
    for command, number in (("why", 2), ("why-not", 1)):
        done = CliRunner().invoke(app, ["rules", command, rule, str(event), "--json"])
        found = orjson.loads(done.stdout)
        assert done.exit_code == 0 and (found["event"], found["events"]) == (number, 2)
    assert CliRunner().invoke(app, ["rules", "why", rule, str(event), "-n", "1"]).exit_code == 1
    assert CliRunner().invoke(app, ["rules", "why", rule, str(event), "-n", "3"]).exit_code == 1


def test_a_path_is_shown_as_it_stands(tmp_path: Path) -> None:
    rule, event = rule_file(tmp_path), event_file(tmp_path, CommandLine="C:\\x delete shadows")
    assert "C:\\x delete" in CliRunner().invoke(app, ["rules", "why", rule, event]).stdout


CORRELATION = (
    RULE.replace("title", "name: one\ntitle", 1)
    + """---
title: Twice
correlation: {type: event_count, rules: [one], group-by: [User], timespan: 5m, condition: {gte: 2}}
"""
)


def test_a_correlation_says_what_it_counts(tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_text(CORRELATION)
    event = Path(event_file(tmp_path, CommandLine="delete shadows", User="an"))
    once = CliRunner().invoke(app, ["rules", "why-not", str(tmp_path / "c.yml"), str(event), "--json"])
    found = orjson.loads(once.stdout)
    assert once.exit_code == 0 and found["alerts"] == 0 and found["counted"][0]["events"] == 1
    event.write_bytes(event.read_bytes() + b"\n" + event.read_bytes())
    twice = CliRunner().invoke(app, ["rules", "why", str(tmp_path / "c.yml"), str(event)])
    assert twice.exit_code == 0 and "Twice" in twice.stdout and "an" in twice.stdout
