"""`keng rules list`, `use` and `undo` from the outside."""

import json
from pathlib import Path

import pytest
from tests.conformance.sigma.rules import rule_text
from typer.testing import CliRunner

from keng.cli.rules import app

RUN = CliRunner()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A data folder with two versions of a set."""
    monkeypatch.setenv("KENG_LANG", "en")
    folder = tmp_path / "mine"
    folder.mkdir()
    for number in (1, 2):
        (folder / "a.yml").write_text(rule_text({"s": {"f": number}}))
        assert RUN.invoke(app, ["add", str(folder), "--data", str(tmp_path / "data")]).exit_code == 0
    return str(tmp_path / "data")


def test_versions_are_listed_switched_and_undone(data: str) -> None:
    shown = RUN.invoke(app, ["list", "--data", data]).stdout.splitlines()
    assert shown[1].startswith("mine: 1 rules")
    assert shown[2].startswith("  * version 2 · ")
    assert shown[3].startswith("    version 1 · ")
    assert "UTC" in shown[3]
    done = RUN.invoke(app, ["use", "mine@1", "--data", data])
    assert (done.exit_code, done.stdout) == (0, "mine is now at version 1.\n")
    assert "  * version 1 · " in RUN.invoke(app, ["list", "--data", data]).stdout
    done = RUN.invoke(app, ["undo", "mine", "--data", data, "--json"])
    assert json.loads(done.stdout)["version"] == 2
    row = json.loads(RUN.invoke(app, ["list", "--data", data, "--json"]).stdout.splitlines()[1])
    assert (row["version"], [one["number"] for one in row["versions"]]) == (2, [1, 2])


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["use", "mine"], "write the set and its version"),
        (["use", "mine@7"], "mine has no version 7; it has 1, 2"),
        (["use", "other@1"], "no installed rule set named other"),
        (["undo", "other"], "no installed rule set named other"),
    ],
)
def test_what_is_not_there_is_refused(data: str, arguments: list[str], reason: str) -> None:
    done = RUN.invoke(app, [*arguments, "--data", data])
    assert done.exit_code == 1
    assert reason in done.stderr


def test_it_speaks_vietnamese(data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENG_LANG", "vi")
    assert "mine hiện dùng phiên bản 1." in RUN.invoke(app, ["use", "mine@1", "--data", data]).stdout
    assert "không có phiên bản 9" in RUN.invoke(app, ["use", "mine@9", "--data", data]).stderr
