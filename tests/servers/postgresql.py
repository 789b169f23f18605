"""A real PostgreSQL of this machine (Debian's package) in a folder of its own, on a Unix socket; for tests."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, make_url, text

from keng.state.database import open_state
from keng.state.tables.metadata import metadata


class PostgresServer:
    """A running cluster. fresh() gives the URL of a new, empty database; emptied() is quicker.

    durable: whether it syncs; without, tests that are about something else take a third of the time.
    """

    def __init__(self, durable: bool = True) -> None:
        self._sync = "on" if durable else "off"
        self._shared = ""
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not programs:
            if os.environ.get("KENG_TEST_REQUIRE"):
                pytest.fail("PostgreSQL is missing: install the Debian package postgresql")
            pytest.skip("needs PostgreSQL (the Debian package postgresql)")
        self._bin = programs[-1].parent
        # A short path: the name of a Unix socket has at most 107 bytes.
        self._folder = Path(tempfile.mkdtemp(prefix="keng-pg-"))
        self._count = 0
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres", "postgres")
        try:
            self._run(
                "initdb", "-D", f"{self._folder}/data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "-N"
            )
            self.start()
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        options = f"-c fsync={self._sync} -c listen_addresses= -c unix_socket_directories={self._folder} -c max_connections=200"
        log = f"{self._folder}/log"
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-l", log, "-w", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """End the server; "immediate" is a crash."""
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-m", mode, "-w", "stop")

    def close(self) -> None:
        """End the server and remove its folder."""
        self.stop("immediate")
        shutil.rmtree(self._folder, ignore_errors=True)

    def fresh(self) -> str:
        """The URL of a new database."""
        self._count += 1
        name = f"keng{self._count}"
        with self._connected("postgres") as conn:
            conn.execute(text(f"CREATE DATABASE {name}"))
        return self._url(name)

    def emptied(self) -> str:
        """The URL of one database, the same each time, that has all tables and no rows."""
        if not self._shared:
            self._shared = self.fresh()
            open_state(self._shared).close()
        with self._connected(str(make_url(self._shared).database)) as conn:
            tables = ", ".join(table.name for table in metadata.sorted_tables)
            conn.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
        return self._shared

    def _url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._folder}"

    @contextmanager
    def _connected(self, database: str) -> Iterator[Connection]:
        url = self._url(database).replace("postgresql:", "postgresql+psycopg:")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as conn:
                yield conn
        finally:
            engine.dispose()

    def _run(self, program: str, *arguments: str) -> None:
        # PostgreSQL refuses to run as root.
        as_postgres = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
        command = [*as_postgres, str(self._bin / program), *arguments]
        done = subprocess.run(
            command,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            timeout=60,
        )
        assert done.returncode == 0, done.stderr


def postgresql() -> Iterator[PostgresServer]:
    """For a fixture of a session: `server = pytest.fixture(scope="session")(postgresql)`."""
    server = PostgresServer(durable=False)
    yield server
    server.close()
