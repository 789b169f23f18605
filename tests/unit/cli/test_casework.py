"""What the commands on the state share."""

from pathlib import Path

import pytest
import typer

from keng.cli.casework import BY, opened
from keng.i18n import using
from keng.state.cursors import get, put


def test_the_store_of_the_data_folder_is_opened_and_closed(tmp_path: Path) -> None:
    with opened(tmp_path, create=True) as state, state.write() as conn:
        put(conn, "x", 1)
    with opened(tmp_path) as state, state.read() as conn:
        assert get(conn, "x").offset == 1


def test_a_place_that_cannot_be_opened_ends_with_a_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    with using("en"), pytest.raises(typer.Exit), opened(tmp_path / "file"):
        pass
    assert "Error" in capsys.readouterr().err


def test_a_mistyped_folder_is_told_and_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with using("en"), pytest.raises(typer.Exit), opened(tmp_path / "nowhere"):
        pass
    assert "there is no centre's data in" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()


def test_commands_sign_the_audit_log() -> None:
    assert BY.name.startswith("cli")
