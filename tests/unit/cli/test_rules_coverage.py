"""`keng rules coverage`: a table, or a layer for the Navigator."""

from pathlib import Path

import orjson
from tests.unit.cli.rules_files import rule_file
from typer.testing import CliRunner

from keng.cli.main import app


def test_a_layer_is_written(tmp_path: Path) -> None:
    out = tmp_path / "layer.json"
    done = CliRunner().invoke(app, ["rules", "coverage", rule_file(tmp_path), "--out", str(out)])
    assert done.exit_code == 0
    assert [one["techniqueID"] for one in orjson.loads(out.read_bytes())["techniques"]] == ["T1490"]


def test_techniques_are_listed(tmp_path: Path) -> None:
    assert "T1490" in CliRunner().invoke(app, ["rules", "coverage", rule_file(tmp_path)]).stdout


def test_rules_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["rules", "coverage", str(tmp_path / "none.yml")])
    assert done.exit_code == 1 and "none.yml" in done.stderr
