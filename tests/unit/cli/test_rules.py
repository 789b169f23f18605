"""`keng rules` from the outside."""

import json
from pathlib import Path

import pytest
from tests.conformance.sigma.rules import rule_text
from typer.testing import CliRunner

from keng.cli.rules import app

RUN = CliRunner()
BAD = "title: x\nlogsource: {product: a}\ndetection:\n  s: {f|no: 1}\n  condition: s\n"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "a.yml").write_text(rule_text({"s": {"f": 1}}))
    (folder / "b.yml").write_text(BAD)
    return folder


def test_a_set_is_added_and_listed_with_what_did_not_load(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENG_LANG", "en")
    data = str(tmp_path / "data")
    done = RUN.invoke(app, ["add", str(rules), "--data", data])
    assert done.exit_code == 0
    assert "Loaded: 1 rules, 0 correlations, 0 filters." in done.stdout
    assert "b.yml:4:7 [x]: unknown modifier 'no'" in done.stdout
    listed = RUN.invoke(app, ["list", "--data", data, "--json"])
    names = [json.loads(line)["name"] for line in listed.stdout.splitlines()]
    assert names == ["keng", "set"]
    assert "set: 1 rules" in RUN.invoke(app, ["list", "--data", data]).stdout


def test_check_ends_with_one_if_a_rule_would_not_load(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENG_LANG", "vi")
    done = RUN.invoke(app, ["check", str(rules)])
    assert done.exit_code == 1
    assert "không có từ điều chỉnh 'no'" in done.stdout
    assert RUN.invoke(app, ["check", str(rules / "a.yml")]).exit_code == 0
    lines = RUN.invoke(app, ["check", str(rules), "--json"]).stdout.splitlines()
    assert json.loads(lines[0])["reason"] == "unknown modifier 'no'"
    summary = json.loads(lines[-1])
    assert (summary["rules"], summary["errors"], summary["dead"]) == (1, 1, 0)


def test_a_set_that_cannot_be_added_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENG_LANG", "vi")
    done = RUN.invoke(app, ["add", str(tmp_path / "nowhere"), "--data", str(tmp_path)])
    assert done.exit_code == 1
    assert "không có tệp hoặc thư mục này" in done.output
    done = RUN.invoke(app, ["add", str(tmp_path / "nowhere"), "--data", str(tmp_path), "--json"])
    assert json.loads(done.stdout)["installed"] is False


def test_a_data_folder_that_cannot_be_used_is_told_by_every_command(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENG_LANG", "en")
    (tmp_path / "file").write_text("")
    data = ["--data", str(tmp_path / "file")]
    for words in (["add", str(rules)], ["use", "a@1"], ["undo", "a"]):
        done = RUN.invoke(app, [*words, *data])
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr.startswith("Error: ") and "Errno" not in done.stderr
        assert "reason" in json.loads(RUN.invoke(app, [*words, *data, "--json"]).stdout)


def test_switching_a_set_that_is_not_there_makes_no_folder(tmp_path: Path) -> None:
    for words in (["use", "a@1"], ["undo", "a"]):
        assert RUN.invoke(app, [*words, "--data", str(tmp_path / "none")]).exit_code == 1
    assert not (tmp_path / "none").exists()
