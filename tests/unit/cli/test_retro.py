"""`keng retro`: exit codes, JSON, times that are none."""

from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from keng.cli.main import app
from keng.state.database import open_state

RULE = "title: One\nid: 11111111-1111-4111-8111-111111111111\nlogsource: {product: windows}\ndetection:\n  s: {EventID: 1}\n  condition: s\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "r.yml").write_text(RULE)
    open_state(tmp_path / "data" / "state.db").close()
    return tmp_path / "data"


def test_it_searches_and_says_what_it_found_as_json(data: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["retro", "--rules", str(tmp_path / "r.yml"), "--json", "--data", str(data)]
    )
    assert done.exit_code == 0, done.output
    job = orjson.loads(done.stdout)
    assert job["status"] == "done" and job["found"] == {} and job["request"]["record"] is False


def test_it_says_so_in_words_too(data: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["retro", "--rules", str(tmp_path / "r.yml"), "--since", "7d", "--data", str(data)]
    )
    assert done.exit_code == 0 and "0" in done.stdout


def test_rules_that_cannot_be_read_are_a_failure(data: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["retro", "--rules", str(tmp_path / "none.yml"), "--json", "--data", str(data)]
    )
    assert done.exit_code == 1 and "none.yml" in orjson.loads(done.stdout)["error"]


def test_rules_that_are_broken_are_a_failure_with_the_place(data: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text(RULE.replace("EventID", "EventID|no"))
    done = CliRunner().invoke(
        app, ["retro", "--rules", str(tmp_path / "bad.yml"), "--json", "--data", str(data)]
    )
    job = orjson.loads(done.stdout)
    assert done.exit_code == 1 and job["status"] == "failed" and "bad.yml:5" in job["error"]


def test_a_rule_or_an_agency_that_is_not_known_is_a_failure(data: Path, tmp_path: Path) -> None:
    given = ["retro", "--rules", str(tmp_path / "r.yml"), "--data", str(data), "--json"]
    done = CliRunner().invoke(app, [*given, "--rule", "nobody"])
    assert done.exit_code == 1 and "nobody" in orjson.loads(done.stdout)["error"]
    assert CliRunner().invoke(app, [*given, "--rule", "One"]).exit_code == 0
    assert CliRunner().invoke(app, [*given, "--agency", "nobody"]).exit_code == 1


def test_a_time_that_is_none_is_wrong_usage(data: Path) -> None:
    assert CliRunner().invoke(app, ["retro", "--since", "yesterday-ish", "--data", str(data)]).exit_code == 2


def test_a_folder_without_a_centres_data_is_refused(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["retro", "--data", str(tmp_path / "nothing")]).exit_code == 1
    assert not (tmp_path / "nothing").exists()
