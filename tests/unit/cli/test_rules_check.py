"""`keng rules check` from the outside: dead rules and oddities."""

import json
from pathlib import Path

import pytest
from tests.conformance.sigma.rules import rule_text
from typer.testing import CliRunner

from keng.cli.rules import app
from keng.detect.sigma.arrivals import FIRST, Arrivals
from keng.detect.sigma.review import ARRIVALS_FILE
from keng.model.event import Event, LogSource

RUN = CliRunner()


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    folder.mkdir()
    dead = rule_text(
        {"s": {"QueryName": "x"}},
        logsource={"product": "windows", "category": "process_creation"},
        title="dead",
    )
    (folder / "a.yml").write_text(dead)
    (folder / "b.yml").write_text(rule_text({"s": {"f": 1}}, status="deprecated"))
    return folder


def test_dead_rules_are_told_by_the_mapping_in_both_languages(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENG_LANG", "en")
    done = RUN.invoke(app, ["check", str(rules), "--data", str(tmp_path)])
    assert done.exit_code == 0
    assert "Can never match, because a field never arrives: 1" in done.stdout
    assert "a.yml:1 [" in done.stdout
    assert "no QueryName" in done.stdout
    assert "the rule is deprecated" in done.stdout
    assert "Fields are those of our mapping" in done.stdout
    monkeypatch.setenv("KENG_LANG", "vi")
    assert "không bao giờ khớp" in RUN.invoke(app, ["check", str(rules), "--data", str(tmp_path)]).stdout


def test_dead_rules_are_told_by_what_a_centre_has_seen(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENG_LANG", "en")
    census = Arrivals()
    census.look([Event({"g": 1}, LogSource("test"))] * FIRST)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / ARRIVALS_FILE).write_bytes(census.encode())
    done = RUN.invoke(app, ["check", str(rules), "--data", str(tmp_path)])
    assert "no event of its log source has had f" in done.stdout
    waiting = done.stdout.partition("which have not arrived yet: 1\n")[2].splitlines()[0]
    assert waiting.split() == ["windows/process_creation", "1"]
    lines = RUN.invoke(app, ["check", str(rules), "--data", str(tmp_path), "--json"]).stdout.splitlines()
    assert [json.loads(line).get("kind") for line in lines] == [
        "warning",
        "warning",
        "warning",
        "dead",
        "dead",
        None,
    ]
    assert json.loads(lines[-1])["fields_from"] == "events"


def test_without_paths_the_sets_in_use_are_checked(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENG_LANG", "en")
    data = str(tmp_path / "data")
    assert RUN.invoke(app, ["add", str(rules), "--data", data]).exit_code == 0
    done = RUN.invoke(app, ["check", "--data", data, "--json"])
    summary = json.loads(done.stdout.splitlines()[-1])
    assert (summary["dead"], summary["warnings"]) == (1, 3)
    assert summary["rules"] > 100


def test_what_many_rules_have_in_common_is_told_once(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENG_LANG", "en")
    for number in range(10):
        (rules / f"x{number}.yml").write_text(rule_text({"s": {"f": 1}}, title=f"{number}", simulation=[]))
    shown = RUN.invoke(app, ["check", str(rules), "--data", str(tmp_path)]).stdout
    assert "Warnings: 23" in shown
    assert shown.count("does not know: simulation (10)") == 1
    assert shown.count("/x") + shown.count("/a.yml") + shown.count("/b.yml") == 3 + 3 + 2
    assert "    and 7 more" in shown
    everything = RUN.invoke(app, ["check", str(rules), "--data", str(tmp_path), "--all"]).stdout
    assert everything.count("/x") == 20 and "more" not in everything


def test_lines_fit_a_narrow_terminal(rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.chdir(rules)
    for language in ("en", "vi"):
        monkeypatch.setenv("KENG_LANG", language)
        shown = RUN.invoke(app, ["check", str(rules), "--data", str(tmp_path)]).stdout
        assert max(map(len, shown.splitlines())) <= 60


def test_machines_are_told_in_english_whatever_the_reader_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENG_LANG", "vi")
    done = RUN.invoke(app, ["why", str(tmp_path / "none.yml"), "x", "--json"])
    assert done.exit_code == 1 and "cannot be read" in json.loads(done.stdout)["error"]
    assert "Lỗi" in RUN.invoke(app, ["why", str(tmp_path / "none.yml"), "x"]).stderr
