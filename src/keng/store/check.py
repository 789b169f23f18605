"""Is every event still what was written? Reads all parts against their sums, and names what is damaged or set aside.

As a program (`python -m keng.store.check FOLDER`) it opens a store that nobody has open and prints the answer as JSON: a
damaged store may end the process that opens it, and that must not be the one that reports.
"""

import re
import sys
from pathlib import Path

import msgspec

from keng.i18n import _
from keng.store import notes
from keng.store.errors import StoreError
from keng.store.link import Link
from keng.store.schema import EVENTS, FIELD_NAMES

_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)-(\d+)_", re.ASCII)
# What a statement says when a part's files may not be what was written; the check decides.
DAMAGE = (
    "while reading from part",
    "While reading or decompressing",
    "ATTEMPT_TO_READ_AFTER_EOF",
    "TOO_LARGE_SIZE_COMPRESSED",
    "UNEXPECTED_END_OF_FILE",
    "UNKNOWN_CODEC",
    "CHECKSUM_DOESNT_MATCH",
    "CORRUPTED_DATA",
    "INCORRECT_DATA",
    "CANNOT_DECOMPRESS",
    "CANNOT_READ_ALL_DATA",
    "FILE_DOESNT_EXIST",
    "No such file or directory",  # a name inside a packed index that is no longer the one it was
)


class DamagedPart(msgspec.Struct, frozen=True):
    """A part that cannot be read. day: of arrival ("2026-11-24"), "" for the names of fields. events: -1 if unknown.

    set_aside: moved out of the table already, into `detached/`; the rest works without it.
    """

    table: str
    part: str
    day: str
    events: int
    reason: str
    set_aside: bool


class Checked(msgspec.Struct, frozen=True):
    """The answer. parts, events: those that are well."""

    parts: int
    events: int
    damaged: tuple[DamagedPart, ...]


def check(link: Link) -> Checked:
    """Read every part. Minutes for many gigabytes; inserts and searches go on. Raises StoreError."""
    damaged = list(set_aside(link))
    parts = 0
    for table in (EVENTS, FIELD_NAMES):
        for row in link.rows(f"CHECK TABLE {table} SETTINGS check_query_single_value_result = 0"):
            if row["is_passed"]:
                parts += 1
            else:
                name = str(row["part_path"]).rstrip("/").rpartition("/")[2]
                damaged.append(
                    DamagedPart(
                        table, name, _day(name), _rows(link, table, name), str(row["message"])[:300], False
                    )
                )
    bad = {one.part for one in damaged}
    rows = link.rows(
        "SELECT name, rows FROM system.parts WHERE active AND database = currentDatabase() "
        "AND table = {p0:String}",
        {"p0": EVENTS},
    )
    return Checked(parts, sum(row["rows"] for row in rows if row["name"] not in bad), tuple(damaged))


def set_aside(link: Link) -> tuple[DamagedPart, ...]:
    """Parts that are out of the tables: found damaged at a start, or by a search."""
    found = []
    for row in link.rows(
        "SELECT table, name, reason, path FROM system.detached_parts WHERE database = currentDatabase()"
    ):
        name = str(row["name"])
        found.append(
            DamagedPart(
                str(row["table"]),
                name,
                _day(name),
                _count(Path(str(row["path"]))),
                str(row["reason"] or ""),
                True,
            )
        )
    return tuple(found)


def detach_damaged(link: Link) -> tuple[DamagedPart, ...]:
    """Move what cannot be read out of the tables, so that the rest works. Raises StoreError."""
    found = [one for one in check(link).damaged if not one.set_aside]
    for one in found:
        link.rows(f"ALTER TABLE {one.table} DETACH PART {{p0:String}}", {"p0": one.part})
    return tuple(found)


def _rows(link: Link, table: str, part: str) -> int:
    rows = link.rows(
        "SELECT rows FROM system.parts WHERE active AND database = currentDatabase() "
        "AND table = {p0:String} AND name = {p1:String}",
        {"p0": table, "p1": part},
    )
    return int(rows[0]["rows"]) if rows else -1


def _count(folder: Path) -> int:
    try:
        return int((folder / "count.txt").read_text("ascii"))
    except (OSError, ValueError):
        return -1


def _day(part: str) -> str:
    found = _DAY.search(part)
    return f"{found[1]}-{found[2]}-{found[3]}" if found else ""


def check_folder(folder: Path) -> Checked:
    """Check a store that nobody has open. Raises StoreError.

    With a damaged definition of a table chDB would take good parts for foreign ones and move them away: then it is not
    opened. The next start of a centre puts the definition back.
    """
    from keng.store.connections import Connection

    changed = notes.differing(folder)
    if changed:
        raise StoreError(
            _(
                "{files} changed; the next start of the centre puts that back from its copy",
                files=", ".join(changed),
            )
        )
    link = Connection(folder)
    try:
        return check(link)
    finally:
        link.close()


def main(folder: str) -> int:
    """Print the answer for a store that nobody has open."""
    from keng.store.lock import FolderLock

    try:
        lock = FolderLock(Path(folder))
        try:
            answer = check_folder(Path(folder))
        finally:
            lock.release()
    except StoreError as error:
        print(msgspec.json.encode({"error": str(error)}).decode())
        return 1
    print(msgspec.json.encode(answer).decode(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
