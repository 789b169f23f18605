"""The demo refuses a data folder that is in use; the whole play is in tests/scenarios."""

from pathlib import Path

import pytest

from keng.demo.run import run_demo
from keng.runtime.settings import load_settings


def test_a_folder_with_data_is_not_played_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "state.db").write_bytes(b"a centre's own")
    assert run_demo(load_settings({"data_dir": tmp_path})) == 2
    assert capsys.readouterr().err
    assert (tmp_path / "state.db").read_bytes() == b"a centre's own"
