import re
from pathlib import Path

import pytest

from keng.store import cluster
from keng.store.connections import Connection
from keng.store.schema import COLUMNS, WORDS


@pytest.fixture
def connection(tmp_path: Path) -> Connection:
    return Connection(tmp_path / "parser")


def test_the_engine_s_own_parser_takes_every_statement(connection: Connection) -> None:
    for statement in cluster.statements("keng_cluster"):
        written = connection.rows("SELECT formatQuerySingleLine({p0:String}) AS text", {"p0": statement})[0][
            "text"
        ]
        assert " ON CLUSTER keng_cluster" in written
        assert written.startswith("CREATE TABLE IF NOT EXISTS ")
    connection.close()


def test_shards_keep_the_same_columns_and_index_as_one_machine() -> None:
    local, everywhere, names = cluster.statements("c1")
    assert all(f"{column.name} {column.type}" in local for column in COLUMNS)
    assert f"INDEX words {WORDS}" in local
    assert "ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/events', '{replica}')" in local
    assert "Distributed(c1, currentDatabase(), events_local, rand())" in everywhere
    assert "/clickhouse/tables/all/" in names
    assert not re.search(r"ENGINE = MergeTree\b", local + names)


@pytest.mark.parametrize("name", ["", "a b", "x; DROP TABLE events", "tỉnh", "1st", "a" * 65, "a\n"])
def test_a_name_that_could_be_more_than_a_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError):
        cluster.statements(name)
