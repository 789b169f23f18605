"""`keng rules try`: a rule on history, in words and as JSON."""

from pathlib import Path

import orjson
from tests.unit.cli.rules_files import RULE_ID, rule_file
from typer.testing import CliRunner

from keng.cli.main import app


def test_a_rule_is_tried(tmp_path: Path) -> None:
    rule = rule_file(tmp_path)
    done = CliRunner().invoke(app, ["rules", "try", rule, "--data", str(tmp_path / "data"), "--json"])
    assert done.exit_code == 0, done.output
    found = orjson.loads(done.stdout)
    assert found["rule_id"] == RULE_ID and found["matches"] == 0
    words = CliRunner().invoke(app, ["rules", "try", rule, "--data", str(tmp_path / "data")])
    assert "Shadow copies deleted" in words.stdout
