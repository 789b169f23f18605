"""`keng rules try`: a rule on history, in words and as JSON."""

from pathlib import Path

import orjson
from tests.unit.cli.rules_files import RULE_ID, rule_file
from typer.testing import CliRunner

from keng.cli.main import app
from keng.state.database import open_state


def test_a_rule_is_tried(tmp_path: Path) -> None:
    rule = rule_file(tmp_path)
    open_state(tmp_path / "data" / "state.db").close()
    done = CliRunner().invoke(app, ["rules", "try", rule, "--data", str(tmp_path / "data"), "--json"])
    assert done.exit_code == 0, done.output
    found = orjson.loads(done.stdout)
    assert found["rule_id"] == RULE_ID and found["matches"] == 0
    words = CliRunner().invoke(app, ["rules", "try", rule, "--data", str(tmp_path / "data")])
    assert "Shadow copies deleted" in words.stdout


def test_a_folder_without_a_centres_data_is_told_and_not_made(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["rules", "try", rule_file(tmp_path), "--data", str(tmp_path / "none")])
    assert done.exit_code == 1 and not (tmp_path / "none").exists()


def test_an_unknown_agency_is_told(tmp_path: Path) -> None:
    open_state(tmp_path / "data" / "state.db").close()
    done = CliRunner().invoke(
        app, ["rules", "try", rule_file(tmp_path), "--agency", "xyz", "--data", str(tmp_path / "data")]
    )
    assert done.exit_code == 1 and "xyz" in done.stderr
