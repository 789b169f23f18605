"""A store that an earlier version wrote becomes one of this version, day by day, when it is opened.

Each day is copied into a table beside (`upgrade`), put into its place as a whole, and only then dropped where it was:
killed at any step, the next start does that day again from its source. A day needs its own space on the disk for a
while. Raw texts of schema 1 stay as they are, uncut: correct, and as large as before.
"""

# ruff: noqa: S608
# Only constants and numbers are put together here.

import structlog

from keng.i18n import _
from keng.store.errors import StoreError
from keng.store.link import Link
from keng.store.schema import COLUMNS, EVENTS, FIELD_NAMES, VERSION, events_table, read_version

OLD, BESIDE = "events_old", "upgrade"
_log = structlog.get_logger("keng.store.upgrade")
# How a column of this schema follows from those of the older one, where it is not simply kept.
_FROM_1 = {"level": "0", "skeleton": "''", "rest": "raw"}
_EXPRESSIONS = {1: _FROM_1}


def upgrade(connection: Link) -> None:
    """Bring the tables to this version. Raises StoreError where they are of a later one, or of none that is known."""
    found = _version(connection, EVENTS)
    if found not in (None, VERSION):
        if found not in _EXPRESSIONS:
            raise StoreError(
                _(
                    "The event store was written by another version of Kẻng (schema {found}, this one knows {known})."
                    " Use that version, or another data folder.",
                    found=found,
                    known=VERSION,
                )
            )
        connection.rows(f"RENAME TABLE {EVENTS} TO {OLD}")
    old = _version(connection, OLD)
    connection.rows(events_table(EVENTS))
    if old is not None:
        _copy(connection, _EXPRESSIONS[old])
        connection.rows(f"DROP TABLE {OLD} SYNC")


def needs_work(connection: Link) -> bool:
    """Whether tables are absent or of another version."""
    rows = connection.rows("SELECT name FROM system.tables WHERE database = currentDatabase()")
    names = {str(row["name"]) for row in rows}
    return OLD in names or not {EVENTS, FIELD_NAMES} <= names or _version(connection, EVENTS) != VERSION


def _copy(connection: Link, expressions: dict[str, str]) -> None:
    names = ", ".join(column.name for column in COLUMNS)
    values = ", ".join(expressions.get(column.name, column.name) for column in COLUMNS)
    days = connection.rows(
        "SELECT DISTINCT partition_id AS id FROM system.parts "
        f"WHERE active AND database = currentDatabase() AND table = '{OLD}' ORDER BY id"
    )
    for number, day in enumerate(days, 1):
        _log.info("upgrading the event store", day=day["id"], number=number, of=len(days))
        connection.rows(f"DROP TABLE IF EXISTS {BESIDE} SYNC")
        connection.rows(events_table(BESIDE))
        connection.rows(
            f"INSERT INTO {BESIDE} ({names}) SELECT {values} FROM {OLD} WHERE _partition_id = '{day['id']}'"
        )
        made = connection.rows(
            "SELECT DISTINCT partition_id AS id FROM system.parts "
            f"WHERE active AND database = currentDatabase() AND table = '{BESIDE}'"
        )
        for partition in made:
            connection.rows(f"ALTER TABLE {EVENTS} REPLACE PARTITION ID '{partition['id']}' FROM {BESIDE}")
        connection.rows(f"ALTER TABLE {OLD} DROP PARTITION ID '{day['id']}'")
    connection.rows(f"DROP TABLE IF EXISTS {BESIDE} SYNC")


def _version(connection: Link, table: str) -> int | None:
    """The schema version of a table; None where there is no such table, 0 where it states none."""
    rows = connection.rows(
        "SELECT toString(comment) AS comment FROM system.tables "
        "WHERE database = currentDatabase() AND name = {p0:String}",
        {"p0": table},
    )
    return read_version(str(rows[0]["comment"])) if rows else None
