"""A connection to a ClickHouse server over HTTP, by its maker's client."""

import re
from collections.abc import Iterator
from io import IOBase
from typing import NamedTuple, cast
from urllib.parse import parse_qs, unquote, urlsplit

import clickhouse_connect
import pyarrow as pa
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from keng.i18n import _
from keng.store.connections import translated
from keng.store.errors import StoreError
from keng.store.link import Parameters, Row

_NAMED = re.compile(r"\{(\w+):Identifier\}", re.ASCII)
_IDENTIFIER = str.maketrans({"\\": "\\\\", "`": "\\`", "\0": "\\0"})
TIMEOUT_S = 330  # above every limit of a statement's own


class Server(NamedTuple):
    """Where a server is. cluster: "" where it stands alone."""

    host: str
    port: int
    secure: bool
    user: str
    password: str
    database: str
    cluster: str

    def __str__(self) -> str:
        return f"{self.host}:{self.port}/{self.database}"


def read_url(url: str) -> Server:
    """`clickhouse://user:password@host:8123/database?cluster=name`, with TLS `clickhouses://`. Raises StoreError.

    Defaults: user `default` without a password, port 8123 (TLS 8443), database `keng`.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise StoreError(_("The address of the event store cannot be read: {reason}", reason=error)) from None
    secure = parts.scheme == "clickhouses"
    if parts.scheme not in ("clickhouse", "clickhouses") or not parts.hostname:
        raise StoreError(
            _("The address of the event store looks so: clickhouse://user:password@host:8123/database")
        )
    return Server(
        parts.hostname,
        port or (8443 if secure else 8123),
        secure,
        unquote(parts.username or "default"),
        unquote(parts.password or ""),
        parts.path.strip("/") or "keng",
        parse_qs(parts.query).get("cluster", [""])[0],
    )


class HttpLink:
    """See `store.link.Link`. settings: sent with every statement. Raises StoreError where the server cannot be reached."""

    def __init__(self, server: Server, settings: dict[str, str] | None = None) -> None:
        try:
            self._client: Client = clickhouse_connect.get_client(
                host=server.host,
                port=server.port,
                secure=server.secure,
                username=server.user,
                password=server.password,
                database=server.database,
                compress=False,
                autogenerate_session_id=False,  # a session takes one statement at a time, and outlives a lost one
                query_retries=0,  # whoever inserts decides what is sent again
                send_receive_timeout=TIMEOUT_S,
                settings=settings or {},
            )
        except (ClickHouseError, OSError) as error:
            raise StoreError(
                _("The event store {server} cannot be reached: {reason}", server=server, reason=error)
            ) from None

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """Run a statement; its rows with texts as bytes where its settings say so."""
        if sql.lstrip()[:6].upper() not in ("SELECT", "SHOW T"):
            self._command(sql, parameters)
            return []
        answer = self.text(sql, parameters or {}, "ArrowStream")
        rows: list[Row] = pa.ipc.open_stream(pa.py_buffer(answer)).read_all().to_pylist() if answer else []
        return rows

    def text(self, sql: str, parameters: Parameters, form: str) -> bytes:
        """Run a statement; its answer in a format of ClickHouse."""
        try:
            return bytes(
                self._client.raw_query(_named(sql, parameters), parameters=dict(parameters), fmt=form)
            )
        except (ClickHouseError, OSError) as error:
            raise translated(str(error)) from None

    def batches(self, sql: str, parameters: Parameters) -> Iterator[list[Row]]:
        """Run a statement; its rows piece by piece, as they come over the wire."""
        try:
            answer = cast(
                IOBase,
                self._client.raw_stream(
                    _named(sql, parameters), parameters=dict(parameters), fmt="ArrowStream"
                ),
            )
            try:
                yield from (batch.to_pylist() for batch in pa.ipc.open_stream(answer))
            finally:
                answer.close()
        except (ClickHouseError, OSError, pa.ArrowInvalid) as error:
            raise translated(str(error)) from None

    def insert(self, sql: str, stream: bytes) -> None:
        """Run an INSERT with an Arrow stream; on return it is on the server's disk."""
        try:
            self._client.command(f"{sql} FORMAT ArrowStream", data=stream)
        except (ClickHouseError, OSError) as error:
            raise StoreError(str(error)) from None

    def close(self) -> None:
        """Close it."""
        self._client.close()

    def _command(self, sql: str, parameters: Parameters | None) -> None:
        try:
            self._client.command(_named(sql, parameters or {}), parameters=dict(parameters or {}))
        except (ClickHouseError, OSError) as error:
            raise translated(str(error)) from None


def _named(sql: str, parameters: Parameters) -> str:
    """The statement with its identifiers in it: the client escapes a quote in one, and the server takes it as it is."""

    def quoted(found: re.Match[str]) -> str:
        return "`" + str(parameters[found[1]]).translate(_IDENTIFIER) + "`"

    return _NAMED.sub(quoted, sql)
