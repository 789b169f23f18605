"""What can still be read of a damaged journal file, in a new file; the damaged one is kept beside it.

A damaged page hides the entries on it from SQLite, and may hide all that it leads to. So entries are read from both ends as
far as SQLite gets (which knows what the write-ahead log adds), and the others page by page (`carve.py`).
"""

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from keng.journal.carve import Row, carve

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS entries (offset INTEGER PRIMARY KEY, records INTEGER, plain INTEGER, data BLOB)",
    "CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID",
)


class Salvaged(NamedTuple):
    """kept: entries; lost: offsets between the ends that could not be read, -1 if nothing could be. damaged: the old file."""

    kept: int
    lost: int
    damaged: Path


def salvage(path: Path) -> Salvaged:
    """Put a file with the readable entries in the place of a damaged one. No connection to it is open. Raises OSError."""
    rows, trimmed = _readable(path)
    growing = path.with_name(path.name + ".new")
    growing.unlink(missing_ok=True)
    with closing(sqlite3.connect(growing)) as database, database:
        for statement in SCHEMA:
            database.execute(statement)
        database.executemany("INSERT INTO entries VALUES (?, ?, ?, ?)", rows)
        if trimmed:
            database.execute("INSERT INTO mark VALUES ('trimmed', ?)", (trimmed,))
    number = next(n for n in itertools.count(1) if not _aside(path, n).exists())
    path.rename(_aside(path, number))
    for suffix in ("-wal", "-shm"):  # of the damaged file: another must not take them for its own
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.rename(_aside(path, number).with_name(_aside(path, number).name + suffix))
    growing.rename(path)
    lost = rows[-1][0] - rows[0][0] + 1 - len(rows) if rows else -1
    return Salvaged(len(rows), lost, _aside(path, number))


def _aside(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.damaged-{number}")


def _readable(path: Path) -> tuple[list[Row], int]:
    trimmed = 0
    found: dict[int, Row] = {}
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            try:
                row = database.execute("SELECT value FROM mark WHERE name = 'trimmed'").fetchone()
                trimmed = int(row[0]) if row else 0
            except (sqlite3.DatabaseError, TypeError, ValueError):
                trimmed = 0
            for order in ("ASC", "DESC"):
                found.update((row.offset, row) for row in _walk(database, order))
    except sqlite3.Error:
        found.clear()  # not even its first page
    for row in carve(path):
        if row.offset > trimmed:  # pages that are free now still hold what was forgotten
            found.setdefault(row.offset, row)
    return sorted(found.values()), trimmed


def _walk(database: sqlite3.Connection, order: str) -> Iterator[Row]:
    """Entries from one end (ASC or DESC), up to the first that cannot be read."""
    columns = "SELECT offset, records, plain, data FROM entries ORDER BY offset "
    try:
        for row in database.execute(columns + order):
            if isinstance(row[3], bytes) and isinstance(row[1], int) and isinstance(row[2], int):
                yield Row(*row)
    except sqlite3.DatabaseError:
        return
