"""The event store on a ClickHouse server or cluster: the same tables and statements as inside the process.

Many processes may share it. An acknowledged insert is on the disk of the server that took it; on a cluster, of the shard's
replica. How long events are kept, and what is saved elsewhere, is the same job as on one machine (`retention.py`);
copies are the server's own business there (`BACKUP`).
"""

import time
from collections.abc import Callable, Sequence

from keng.i18n import _
from keng.model.event import Event
from keng.model.hot_columns import HotTable
from keng.store import cluster
from keng.store.errors import StoreError
from keng.store.http_link import HttpLink, Server, read_url
from keng.store.limits import Limits
from keng.store.merge_tree import MergeTreeStore
from keng.store.retention import ALONE
from keng.store.schema import EVENTS, VERSION, read_version, statements

NAMES_S = 30.0  # another process may have stored new names of fields meanwhile
# A Distributed table would otherwise acknowledge what it has only queued.
_SETTINGS = {"insert_distributed_sync": "1", "insert_deduplicate": "0"}


class ClickHouseStore(MergeTreeStore):
    """EventStore on a server. url: see `http_link.read_url`. The others: `MergeTreeStore`.

    Makes database and tables where they are absent. Raises StoreError where the server cannot be reached, refuses, or
    holds tables of another version.
    """

    def __init__(
        self,
        url: str,
        hot_table: Callable[[Sequence[Event]], HotTable],
        limits: Limits | None = None,
        level_of: Callable[[str], int] = lambda _source: 0,
    ) -> None:
        server = read_url(url)
        if server.cluster and not cluster.NAME.fullmatch(server.cluster):
            raise StoreError(
                _("The name of a cluster has letters, digits and _ only: {name}", name=server.cluster)
            )
        _prepare(server)
        tables = cluster.tables(server.cluster) if server.cluster else ALONE
        super().__init__(lambda: HttpLink(server, _SETTINGS), hot_table, limits, level_of, tables)
        self._names_read = time.monotonic()

    def field_names(self, prefix: str = "", limit: int = 50) -> tuple[str, ...]:
        """Names for completion, those that other processes stored included."""
        if time.monotonic() - self._names_read > NAMES_S:
            self._names_read = time.monotonic()
            self._read_names()
        return super().field_names(prefix, limit)


def _prepare(server: Server) -> None:
    """Make what is absent. The database is made from `default`, which every server has."""
    everywhere = f" ON CLUSTER {server.cluster}" if server.cluster else ""
    first = HttpLink(server._replace(database="default"))
    try:
        exists = first.rows(
            "SELECT count() AS n FROM system.databases WHERE name = {p0:String}", {"p0": server.database}
        )
        if not exists[0]["n"]:
            first.rows(
                f"CREATE DATABASE IF NOT EXISTS {{p0:Identifier}}{everywhere}", {"p0": server.database}
            )
    finally:
        first.close()
    link = HttpLink(server)
    try:
        found = link.rows(
            "SELECT toString(comment) AS comment FROM system.tables "
            "WHERE database = currentDatabase() AND name = {p0:String}",
            {"p0": EVENTS},
        )
        if found and read_version(str(found[0]["comment"])) != VERSION:
            raise StoreError(
                _(
                    "The event store on {server} was written by another version of Kẻng ({found}, this one knows"
                    " {known}). Name another database in store_url, and copy the events there.",
                    server=server,
                    found=found[0]["comment"],
                    known=f"schema {VERSION}",
                )
            )
        for statement in cluster.statements(server.cluster) if server.cluster else statements():
            link.rows(statement)
    finally:
        link.close()
