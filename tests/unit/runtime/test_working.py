"""A worker that cannot start says why."""

from pathlib import Path

import pytest

from keng.runtime.settings import Settings
from keng.runtime.working import default_worker_parts, work


def test_a_worker_without_its_servers_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert work(Settings(data_dir=tmp_path)) == 1
    assert "store_url" in capsys.readouterr().err
    away = Settings(
        data_dir=tmp_path,
        journal_url="nats://127.0.0.1:1",
        state_url="postgresql://127.0.0.1:1/x",
        store_url="clickhouse://127.0.0.1:1/x",
    )
    assert work(away) == 1
    assert "state database" in capsys.readouterr().err


def test_its_rules_are_those_of_a_centre(tmp_path: Path) -> None:
    assert len(default_worker_parts().load_rules(Settings(data_dir=tmp_path)).rules) > 50
