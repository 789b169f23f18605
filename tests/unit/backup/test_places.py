from pathlib import Path

from keng.runtime.settings import Settings


def test_what_a_server_keeps_has_no_place_here(tmp_path: Path) -> None:
    here = Settings(data_dir=tmp_path).places
    assert (here.state, here.journal, here.events) == (
        tmp_path / "state.db",
        tmp_path / "journal.db",
        tmp_path / "events",
    )
    servers = Settings(
        data_dir=tmp_path,
        state_url="postgresql://db/keng",
        journal_url="nats://n:4222",
        store_url="clickhouse://c:8123/keng",
    ).places
    assert servers.state == "postgresql://db/keng"
    assert servers.journal is servers.events is None
