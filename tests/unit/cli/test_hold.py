import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from keng.cli.hold import app
from keng.model.agency import Agency
from keng.state.database import open_state
from keng.state.register import save_agency


@pytest.fixture
def data(tmp_path: Path) -> Path:
    state = open_state(tmp_path / "state.db")
    with state.write() as conn:
        save_agency(conn, Agency("bvdk", "Bệnh viện", "Hospital"))
    state.close()
    return tmp_path


def run(*arguments: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(one) for one in arguments], env={"KENG_LANG": "en"})
    assert result.exit_code == code, result.output
    return result.output


def test_a_hold_is_added_listed_and_released(data: Path) -> None:
    run("add", "--agency", "bvdk", "--from", "2026-11-01", "--reason", "vụ 12\x1b[31m", "--data", data)
    listed = run("list", "--data", data)
    assert "agency bvdk" in listed
    assert "2026-11-01 00:00" in listed
    assert "\x1b" not in listed
    (one,) = json.loads(run("list", "--json", "--data", data))
    assert (one["agency"], one["to_us"]) == ("bvdk", 0)
    run("release", "1", "--reason", "xong", "--data", data)
    assert "no holds" in run("list", "--data", data)
    assert "released by" in run("list", "--all", "--data", data)


def test_what_would_hold_nothing_or_all_by_accident_is_refused(data: Path) -> None:
    assert "say what to hold" in run("add", "--reason", "x", "--data", data, code=1)
    assert "bvkd" in run("add", "--agency", "bvkd", "--reason", "x", "--data", data, code=1)
    assert "no time" in run("add", "--from", "yesterday", "--reason", "x", "--data", data, code=1)
    assert "no hold 7" in run("release", "7", "--reason", "x", "--data", data, code=1)
    assert run("add", "--everything", "--reason", "x", "--data", data)
