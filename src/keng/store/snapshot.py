"""A moment of the tables as files: parts never change, so a snapshot is links to them, made at once while all goes on.

    events/shadow/<name>/…/<part>/<files>      made by FREEZE, removed afterwards

A part has a list of its files with their checksums (`checksums.txt`): two parts with the same list are the same part.
"""

import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from keng.store.connections import Connection
from keng.store.link import Link
from keng.store.schema import EVENTS, FIELD_NAMES, statements

TABLES = (EVENTS, FIELD_NAMES)
SUMS = "checksums.txt"


class Part(NamedTuple):
    """A part of a table, as a folder of files."""

    table: str
    name: str
    folder: Path


@contextmanager
def frozen(link: Link, folder: Path) -> Iterator[tuple[Part, ...]]:
    """All parts of this moment; their files may be read inside the block. folder: the store's. Raises StoreError."""
    parts: list[Part] = []
    marks: list[Path] = []
    try:
        for table in TABLES:
            name = f"keng{uuid.uuid4().hex}"  # letters and digits: others are escaped in the folder's name
            marks.append(folder / "shadow" / name)
            link.rows(f"ALTER TABLE {table} FREEZE WITH NAME '{name}'")
            found = sorted(path.parent for path in marks[-1].rglob(SUMS))
            parts += [Part(table, path.name, path) for path in found]
        yield tuple(parts)
    finally:
        for mark in marks:
            shutil.rmtree(mark, ignore_errors=True)


def attach(folder: Path, parts: Sequence[Part]) -> None:
    """Make a store in `folder`, which must be empty, of these parts (their folders are moved). Raises StoreError."""
    link = Connection(folder)
    try:
        for statement in statements():
            link.rows(statement)
        for table in TABLES:
            place = link.rows(
                "SELECT data_paths[1] AS path FROM system.tables "
                "WHERE database = currentDatabase() AND name = {p0:String}",
                {"p0": table},
            )[0]["path"]
            for part in parts:
                if part.table == table:
                    shutil.move(part.folder, Path(str(place)) / "detached" / part.name)
                    link.rows(f"ALTER TABLE {table} ATTACH PART {{p0:String}}", {"p0": part.name})
    finally:
        link.close()
