"""Rules by file, id, name or title; events in every form; what is not there is named."""

import io
import sys
from pathlib import Path

import pytest
import typer
from tests.unit.cli.rules_files import RULE_ID, event_file, log_file, rule_file

from keng.cli.rules_given import chosen_rules, events_given, one_rule, rules_in_use


def test_a_rule_is_found_by_file_and_by_id_or_title(tmp_path: Path) -> None:
    assert one_rule(rule_file(tmp_path), tmp_path).info.id == RULE_ID
    known = rules_in_use(tmp_path).rules[0]
    assert one_rule(known.info.id.upper(), tmp_path) == known
    assert chosen_rules(known.info.title, tmp_path).rules[0] == known


@pytest.mark.parametrize("name", ["no such rule", "11111111-2222-4222-8222-222222222222"])
def test_what_is_not_there_ends_with_one(name: str, tmp_path: Path) -> None:
    with pytest.raises(typer.Exit):
        chosen_rules(name, tmp_path)
    with pytest.raises(typer.Exit):
        events_given("no-file.json", tmp_path)


SSHD = "<38>Nov 24 10:00:00 web01 sshd[812]: Failed password for root from 10.1.2.3 port 51000 ssh2\n"


def test_an_event_comes_in_every_form_that_a_log_has(tmp_path: Path) -> None:
    lines = Path(log_file(tmp_path, CommandLine="one")).read_bytes()
    (tmp_path / "two.jsonl").write_bytes(lines + lines.replace(b"one", b"two"))
    found = events_given(str(tmp_path / "two.jsonl"), tmp_path)
    assert [event.fields["CommandLine"] for event in found] == ["one", "two"]
    (tmp_path / "line.log").write_text(SSHD)
    assert events_given(str(tmp_path / "line.log"), tmp_path)[0].fields["src_ip"] == "10.1.2.3"
    ours = Path(event_file(tmp_path, User="an")).read_bytes()
    (tmp_path / "ours.jsonl").write_bytes(ours + b"\n" + ours + b"\n")
    (tmp_path / "list.json").write_bytes(b"[" + ours + b"," + ours + b"]")
    for name in ("ours.jsonl", "list.json"):
        assert [event.fields for event in events_given(str(tmp_path / name), tmp_path)] == [
            {"User": "an"}
        ] * 2


def test_standard_input_may_hold_a_line_of_syslog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SSHD.encode())))
    assert events_given("-", tmp_path)[0].logsource.service == "sshd"


@pytest.mark.shared
def test_an_evtx_file_gives_its_events(shared_data: Path, tmp_path: Path) -> None:
    path = next((shared_data / "evtx-attack-samples").rglob("*.evtx"))
    assert all(event.logsource.product == "windows" for event in events_given(str(path), tmp_path))


@pytest.mark.parametrize("text", ["not a log", "{broken", ""])
def test_what_is_no_event_is_told_with_what_would_be_one(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENG_LANG", "en")
    (tmp_path / "bad.json").write_text(text)
    with pytest.raises(typer.Exit):
        events_given(str(tmp_path / "bad.json"), tmp_path)
    told = capsys.readouterr().err
    assert "bad.json: " in told and "keng hunt --json" in told


def test_looking_for_a_rule_makes_no_data_folder(tmp_path: Path) -> None:
    with pytest.raises(typer.Exit):
        chosen_rules("no such rule", tmp_path / "mistyped")
    assert not (tmp_path / "mistyped").exists()


def test_a_file_that_is_not_there_is_called_by_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit):
        chosen_rules(str(tmp_path / "gone.yml"), tmp_path)
    assert "gone.yml" in capsys.readouterr().err


def test_a_correlation_is_told_with_the_rules_that_it_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = rules_in_use(tmp_path).correlations[0]
    with pytest.raises(typer.Exit):
        one_rule(known.info.title, tmp_path)
    assert known.rules[0] in capsys.readouterr().err


def test_a_title_that_is_nearly_right_is_proposed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    title = rules_in_use(tmp_path).rules[0].info.title
    with pytest.raises(typer.Exit):
        chosen_rules(title[:-1], tmp_path)
    assert title in capsys.readouterr().err
