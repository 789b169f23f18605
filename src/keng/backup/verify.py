"""`keng verify`: is all that the centre keeps still what was written, and is nothing missing?

journal     SQLite's own check, and the checksum of every batch
state       SQLite's own check, the chain of the audit log, the cursor against what the journal has forgotten
events      the sums of every part, parts that were set aside
accounts    events in the store + events that retention deleted = events that the pipeline counted
seal        files that changed while nothing ran (`seal.py`)

A check that cannot be done is a problem, too. Nothing is repaired or changed, except that a damaged part of the event store
is set aside when the store is opened, as at every start.
"""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec
from sqlalchemy import func, select, text

from keng.backup.places import Places
from keng.backup.seal import broken, seal
from keng.i18n import _
from keng.journal.encoding import DamagedEntryError, unpack
from keng.state import audit, cursors
from keng.state.database import State, open_state
from keng.state.tables.audit import audit as audit_table
from keng.state.tables.pipeline import sighting
from keng.store.check import Checked

CHECK_S = 6 * 3600
MAX_NAMED = 100


class Problem(msgspec.Struct, frozen=True):
    """Something that is lost or wrong. place: "journal", "state", "events", "accounts", "seal"."""

    place: str
    what: str
    text: str


class Report(msgspec.Struct, frozen=True):
    """The answer. checked: what was looked at, counted. lost: events in parts that cannot be read, as far as known."""

    checked: dict[str, int]
    problems: tuple[Problem, ...]
    sealed: bool

    @property
    def lost(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.problems)


def verify(places: Places, events: Callable[[], Checked] | None = None, state: State | None = None) -> Report:
    """Look at everything. events, state: of a running centre; without them the files are opened here."""
    counts: dict[str, int] = {}
    problems: list[Problem] = []
    sealed = False
    if state is None:
        changed = broken(places.data)
        sealed = changed is not None
        problems += [
            Problem("seal", path, _("{path} was changed while no centre ran", path=path))
            for path in (changed or ())[:MAX_NAMED]
        ]
    trimmed = 0
    if places.journal is not None:
        trimmed = _journal(places.journal, counts, problems)
    checked = _events(places, events, counts, problems)
    if not isinstance(places.state, Path) or state is not None or places.state.exists():
        _state(places, state, trimmed, checked, counts, problems)
    if sealed and not problems:
        seal(places.data)  # looking may have rewritten a header
    return Report(counts, tuple(problems), sealed)


def _journal(path: Path, counts: dict[str, int], problems: list[Problem]) -> int:
    """The highest offset that the journal has forgotten, 0 if it cannot be told."""
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as database:
            problems += [Problem("journal", path.name, one) for one in _integrity(database)]
            for offset, data in database.execute("SELECT offset, data FROM entries ORDER BY offset"):
                counts["journal_entries"] = counts.get("journal_entries", 0) + 1
                try:
                    unpack(data)
                except DamagedEntryError as error:
                    told = _(
                        "batch {offset} of the journal is damaged: {reason}", offset=offset, reason=error
                    )
                    problems.append(Problem("journal", f"offset {offset}", told))
            row = database.execute("SELECT value FROM mark WHERE name = 'trimmed'").fetchone()
            return int(row[0]) if row else 0
    except sqlite3.Error as error:
        told = _("the journal {path} cannot be read: {reason}", path=path, reason=error)
        problems.append(Problem("journal", path.name, told))
        return 0


def _integrity(database: sqlite3.Connection) -> Iterator[str]:
    for (line,) in database.execute("PRAGMA integrity_check(20)"):
        if line != "ok":
            yield str(line)


def _events(
    places: Places,
    events: Callable[[], Checked] | None,
    counts: dict[str, int],
    problems: list[Problem],
) -> Checked | None:
    if places.events is None or (events is None and not places.events.exists()):
        return None
    checked = events() if events is not None else _in_another_process(places.events, problems)
    if checked is None:
        return None
    counts["event_parts"], counts["events"] = checked.parts, checked.events
    for one in checked.damaged:
        number = str(one.events) if one.events >= 0 else "?"
        told = (
            _(
                "{number} events that arrived on {day} cannot be read (part {part})",
                number=number,
                day=one.day,
                part=one.part,
            )
            if one.table == "events"
            else _(
                "names of log fields cannot be read (part {part}); searches need their exact spelling",
                part=one.part,
            )
        )
        problems.append(Problem("events", one.part, told))
    return checked


def _in_another_process(folder: Path, problems: list[Problem]) -> Checked | None:
    """A damaged store may end the process that opens it."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "keng.store.check", str(folder)],
            capture_output=True,
            timeout=CHECK_S,
            check=False,
        )
        answer = done.stdout.strip().splitlines()[-1:] or [b""]
        if done.returncode == 0:
            return msgspec.json.decode(answer[0], type=Checked)
        reason = msgspec.json.decode(answer[0], type=dict[str, str])["error"]
    except (OSError, subprocess.TimeoutExpired, msgspec.MsgspecError, KeyError) as error:
        reason = str(error)
    told = _("the event store {folder} cannot be opened: {reason}", folder=folder, reason=reason)
    problems.append(Problem("events", folder.name, told))
    return None


def _state(
    places: Places,
    state: State | None,
    trimmed: int,
    checked: Checked | None,
    counts: dict[str, int],
    problems: list[Problem],
) -> None:
    opened = state
    try:
        opened = opened or open_state(places.state)
        _open_state(opened, trimmed, checked, counts, problems)
    except Exception as error:
        # Whatever a damaged database makes the driver or the migrations say.
        told = _("the state cannot be read: {reason}", reason=error)
        problems.append(Problem("state", "state", told))
    finally:
        if state is None and opened is not None:
            opened.close()


def _open_state(
    state: State, trimmed: int, checked: Checked | None, counts: dict[str, int], problems: list[Problem]
) -> None:
    with state.read() as conn:
        if state.dialect == "sqlite":
            lines = [str(row[0]) for row in conn.execute(text("PRAGMA integrity_check(20)"))]
            problems += [Problem("state", "state.db", line) for line in lines if line != "ok"]
        counts["audit_rows"] = int(conn.scalar(select(func.count()).select_from(audit_table)) or 0)
        wrong = audit.verify(conn)
        if wrong is not None:
            problems.append(Problem("state", f"audit:{wrong.seq}", f"{_('audit log')}: {wrong.reason}"))
        offset = cursors.get(conn, cursors.PIPELINE).offset
        if trimmed > offset:
            told = _(
                "the state has lost its last changes: the journal has forgotten up to {trimmed}, the state knows {offset}",
                trimmed=trimmed,
                offset=offset,
            )
            problems.append(Problem("state", "cursor", told))
        counted = int(conn.scalar(select(func.sum(sighting.c.parsed + sighting.c.unparsed))) or 0)
        rows = conn.execute(select(audit_table.c.details).where(audit_table.c.action == "events.expire"))
        expired = sum(int(msgspec.json.decode(row.details, type=dict[str, str])["deleted"]) for row in rows)
    counts["events_counted"], counts["events_expired"] = counted, expired
    # More than counted may be there: the last slice is stored before it is counted.
    if checked is not None and checked.events < counted - expired:
        missing = counted - expired - checked.events
        told = _("{number} events that were counted are not in the event store", number=missing)
        problems.append(Problem("accounts", "events", told))
