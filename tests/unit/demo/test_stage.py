"""The demo never plays on what a real centre keeps."""

import shutil
from pathlib import Path

import pytest

from keng.demo.stage import Stage, prepare_stage
from keng.model.rejected import Rejected
from keng.runtime.settings import Settings, default_data_dir


def test_without_a_named_folder_it_plays_in_one_of_its_own() -> None:
    stage = prepare_stage(Settings(data_dir=default_data_dir()))
    assert isinstance(stage, Stage)
    try:
        assert stage.temporary
        assert stage.settings.data_dir != default_data_dir()
        assert stage.settings.data_dir.name.startswith("keng-demo-")
    finally:
        shutil.rmtree(stage.settings.data_dir)


def test_a_named_folder_is_made_and_stays(tmp_path: Path) -> None:
    stage = prepare_stage(Settings(data_dir=tmp_path / "new" / "demo"))
    assert isinstance(stage, Stage)
    assert not stage.temporary
    assert (tmp_path / "new" / "demo").is_dir()


def test_a_real_centre_s_database_is_left_alone(tmp_path: Path) -> None:
    urls = {"state_url": "postgresql://centre/state", "journal_url": "nats://centre"}
    stage = prepare_stage(Settings(data_dir=tmp_path / "demo", **urls))
    assert isinstance(stage, Stage)
    assert (stage.settings.state_url, stage.settings.journal_url) == ("", "")


@pytest.mark.parametrize(
    "settings",
    [{"syslog_port": -1}, {"tls_certificate": "cert.pem", "tls_key": "key.pem"}],
)
def test_what_the_demo_cannot_do_is_said_before_it_begins(
    tmp_path: Path, settings: dict[str, object]
) -> None:
    stage = prepare_stage(Settings(data_dir=tmp_path / "demo", **settings))  # type: ignore[arg-type]
    assert isinstance(stage, Rejected)
    assert not (tmp_path / "demo").exists()


def test_a_folder_in_use_or_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"x")
    assert isinstance(prepare_stage(Settings(data_dir=tmp_path)), Rejected)
    assert isinstance(prepare_stage(Settings(data_dir=tmp_path / "state.db")), Rejected)
