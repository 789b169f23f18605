"""The register: agencies, information systems and log sources."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, delete, insert, select, update

from keng.i18n import _
from keng.model.agency import Agency, CentreProfile, InformationSystem, LogSourceEntry, Register
from keng.model.rejected import Rejected
from keng.state.rows import S, to_struct, to_values
from keng.state.tables import register as t
from keng.state.tokens import issue_token, source_of_token

# Transports whose senders sign in by a token; the others are told by address, host name or certificate.
BY_TOKEN = frozenset({"elastic_bulk", "splunk_hec", "otlp", "lines"})


def agencies(conn: Connection, only: frozenset[str] | None = None) -> list[Agency]:
    """Agencies by id; `only` limits to these ids (None: all)."""
    return _list(conn, t.agency, t.agency.c.id, Agency, only)


def agency(conn: Connection, agency_id: str) -> Agency | None:
    """One agency."""
    return _one(conn, t.agency, Agency, agency_id)


def systems(conn: Connection, only: frozenset[str] | None = None) -> list[InformationSystem]:
    """Information systems by id; `only` limits to those of these agencies (None: all)."""
    return _list(conn, t.system, t.system.c.agency, InformationSystem, only)


def system(conn: Connection, system_id: str, only: frozenset[str] | None = None) -> InformationSystem | None:
    """One information system; None too if it belongs to an agency outside `only`."""
    found = _one(conn, t.system, InformationSystem, system_id)
    return found if found and (only is None or found.agency in only) else None


def sources(conn: Connection, only: frozenset[str] | None = None) -> list[LogSourceEntry]:
    """Log sources by id; `only` limits to those of these agencies (None: all)."""
    return _list(conn, t.source, t.source.c.agency, LogSourceEntry, only)


def source(conn: Connection, source_id: str, only: frozenset[str] | None = None) -> LogSourceEntry | None:
    """One log source; None too if it belongs to an agency outside `only`."""
    found = _one(conn, t.source, LogSourceEntry, source_id)
    return found if found and (only is None or found.agency in only) else None


def source_by_token(conn: Connection, token: str) -> LogSourceEntry | None:
    """The enabled source that `token` belongs to; None for an unknown, revoked or disabled one."""
    source_id = source_of_token(conn, token)
    found = source(conn, source_id) if source_id else None
    return found if found and found.enabled else None


def save_agency(conn: Connection, entry: Agency) -> None:
    """Add or replace an agency."""
    _save(conn, t.agency, entry)


def save_system(conn: Connection, entry: InformationSystem) -> Rejected | None:
    """Add or replace an information system; refused if its agency is unknown."""
    if agency(conn, entry.agency) is None:
        return Rejected(_("no agency has the id “{agency}”", agency=entry.agency), "agency")
    _save(conn, t.system, entry)
    return None


def save_source(conn: Connection, entry: LogSourceEntry) -> Rejected | None:
    """Add or replace a log source; refused if its agency, or its system at that agency, is unknown."""
    if agency(conn, entry.agency) is None:
        return Rejected(_("no agency has the id “{agency}”", agency=entry.agency), "agency")
    if entry.system and system(conn, entry.system, frozenset((entry.agency,))) is None:
        return Rejected(
            _(
                "agency “{agency}” has no system with the id “{system}”",
                agency=entry.agency,
                system=entry.system,
            ),
            "system",
        )
    _save(conn, t.source, entry)
    return None


def load_register(conn: Connection, register: Register, now_us: int) -> dict[str, str] | Rejected:
    """Add or replace all entries, and issue a token to each source that has none and signs in by one.

    Returns source id → new token (shown this once). On Rejected the caller must let the transaction fail
    (`state/register_file.py` has checked a file's references before). Entries that are not named stay.
    """
    for one_agency in register.agencies:
        save_agency(conn, one_agency)
    for problem in (
        *(save_system(conn, entry) for entry in register.systems),
        *(save_source(conn, entry) for entry in register.sources),
    ):
        if problem is not None:
            return problem
    having = set(conn.scalars(select(t.token.c.source).where(t.token.c.revoked_us == 0)))
    return {
        entry.id: issue_token(conn, entry.id, now_us)
        for entry in register.sources
        if entry.transport in BY_TOKEN and entry.id not in having
    }


def source_systems(conn: Connection, source_ids: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Source id → (its system's id, that system's level), for sources that have a system."""
    query = (
        select(t.source.c.id, t.system.c.id, t.system.c.level)
        .join(t.system, t.system.c.id == t.source.c.system)
        .where(t.source.c.id.in_(sorted(set(source_ids))))
    )
    return {row[0]: (row[1], row[2]) for row in conn.execute(query)}


def centre_profile(conn: Connection) -> CentreProfile:
    """What the centre's letters say about itself; the defaults until it is saved."""
    value = conn.scalar(select(t.setting.c.value).where(t.setting.c.name == "centre"))
    return msgspec.convert(value, CentreProfile) if value is not None else CentreProfile()


def save_centre_profile(conn: Connection, profile: CentreProfile) -> None:
    """Replace the centre's profile."""
    conn.execute(delete(t.setting).where(t.setting.c.name == "centre"))
    conn.execute(insert(t.setting).values(name="centre", value=msgspec.to_builtins(profile)))


def _list(conn: Connection, table: Table, by: Any, kind: type[S], only: frozenset[str] | None) -> list[S]:
    query = select(table).order_by(table.c.id)
    if only is not None:
        query = query.where(by.in_(sorted(only)))
    return [to_struct(row, kind) for row in conn.execute(query)]


def _one(conn: Connection, table: Table, kind: type[S], entry_id: str) -> S | None:
    row = conn.execute(select(table).where(table.c.id == entry_id)).one_or_none()
    return to_struct(row, kind) if row is not None else None


def _save(conn: Connection, table: Table, entry: msgspec.Struct) -> None:
    values = to_values(entry)
    if not conn.execute(update(table).where(table.c.id == values["id"]).values(**values)).rowcount:
        conn.execute(insert(table).values(**values))
