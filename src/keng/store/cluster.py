"""The tables on a cluster: each shard keeps a part of the events on its replicas, and `events` speaks for all of them.

Made from the very statements of one machine (`store/schema.py`). The macros {shard} and {replica} are set in each server's
own configuration, as ClickHouse's manual describes.
"""

import re

from keng.store.retention import Tables
from keng.store.schema import EVENTS, FIELD_NAMES, VERSION, events_table, names_table

LOCAL = f"{EVENTS}_local"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}", re.ASCII)


def statements(cluster: str) -> tuple[str, ...]:
    """What makes the tables of an empty store on all servers of a cluster; harmless where they exist.

    cluster: its name in the servers' configuration; letters, digits and `_` (ValueError otherwise).
    """
    if not NAME.fullmatch(cluster):
        raise ValueError(cluster)
    everywhere = f" ON CLUSTER {cluster}"
    return (
        _replicated(events_table(LOCAL, everywhere), f"{{shard}}/{{database}}/{EVENTS}"),
        f"CREATE TABLE IF NOT EXISTS {EVENTS}{everywhere} AS {LOCAL} "
        f"ENGINE = Distributed({cluster}, currentDatabase(), {LOCAL}, rand()) COMMENT 'schema {VERSION}'",
        # Every server has all names: they are few, and a search needs them all.
        _replicated(names_table(FIELD_NAMES, everywhere), f"all/{{database}}/{FIELD_NAMES}"),
    )


def tables(cluster: str) -> Tables:
    """Where the events of a cluster lie."""
    return Tables(LOCAL, f" ON CLUSTER {cluster}", f"clusterAllReplicas({cluster}, system.parts)")


def _replicated(statement: str, path: str) -> str:
    engine = f"ENGINE = ReplicatedMergeTree('/clickhouse/tables/{path}', '{{replica}}')"
    return statement.replace("ENGINE = MergeTree", engine)
