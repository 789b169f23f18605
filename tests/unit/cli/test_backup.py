import json
from pathlib import Path

import pytest
from tests.kept import Kept
from typer.testing import CliRunner

from keng.cli.main import app
from keng.runtime.data_folder import DataFolder
from keng.runtime.settings import Settings


@pytest.fixture
def data(tmp_path: Path) -> Path:
    settings = Settings(data_dir=tmp_path / "data")
    folder = DataFolder(settings.data_dir)
    kept = Kept(settings)
    kept.work(1, 30)
    kept.close()
    folder.release()
    return settings.data_dir


def run(*arguments: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(one) for one in arguments], env={"KENG_LANG": "en"})
    assert result.exit_code == code, result.output
    return result.output


def test_backup_restore_and_verify_without_a_centre(data: Path, tmp_path: Path) -> None:
    first = json.loads(run("backup", tmp_path / "saved", "--json", "--data", data))
    assert (first["kind"], first["copied"]) == ("full", first["bytes"])
    assert "incremental" in run("backup", tmp_path / "saved", "--data", data) or "full" in first["kind"]
    run("restore", tmp_path / "saved", "--data", tmp_path / "new")
    answer = json.loads(run("verify", "--json", "--data", tmp_path / "new"))
    assert answer["ok"] and answer["checked"]["events"] == 30
    assert "as it was written" in run("verify", "--data", data)


def test_what_is_wrong_is_said_with_an_exit_code(data: Path, tmp_path: Path) -> None:
    assert "no data folder" in run("verify", "--data", tmp_path / "none", code=1)
    assert "no data folder" in run("backup", tmp_path / "saved", "--data", tmp_path / "none", code=1)
    assert "no backup" in run("restore", tmp_path, "--data", tmp_path / "new", code=1)
    journal = data / "journal.db"
    whole = bytearray(journal.read_bytes())
    whole[-100] ^= 1
    journal.write_bytes(whole)
    assert "journal.db" in run("verify", "--data", data, code=1)
    answer = json.loads(run("verify", "--json", "--data", data, code=1))
    assert not answer["ok"]
