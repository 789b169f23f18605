"""Accounts. The password hash is made by `auth/passwords.py` and leaves this file only for checking."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from keng.i18n import _
from keng.model.rejected import Rejected
from keng.model.user import Actor, Role, User
from keng.state import audit
from keng.state.register import agency
from keng.state.rows import to_struct
from keng.state.tables.users import session as sessions
from keng.state.tables.users import user as table

MAX_NAME = 64


def users(conn: Connection, agency_id: str | None = None) -> list[User]:
    """Accounts by name; `agency_id` limits to those of one agency."""
    query = select(table).order_by(table.c.name)
    if agency_id is not None:
        query = query.where(table.c.agency == agency_id)
    return [to_struct(row, User) for row in conn.execute(query)]


def user(conn: Connection, user_id: int) -> User | None:
    """One account by its id."""
    row = conn.execute(select(table).where(table.c.id == user_id)).one_or_none()
    return to_struct(row, User) if row is not None else None


def user_by_name(conn: Connection, name: str) -> User | None:
    """One account by its name, in any case."""
    row = conn.execute(select(table).where(table.c.name == name.strip().lower())).one_or_none()
    return to_struct(row, User) if row is not None else None


def password_hash(conn: Connection, user_id: int) -> str:
    """The stored hash; "" for an unknown account."""
    return conn.scalar(select(table.c.password_hash).where(table.c.id == user_id)) or ""


def create_user(
    conn: Connection,
    name: str,
    role: Role,
    hashed: str,
    by: Actor,
    now_us: int,
    *,
    full_name: str = "",
    agency_id: str = "",
    language: str = "",
) -> User | Rejected:
    """A new account with an argon2id hash. Names are lower-case letters, digits, `.`, `_`, `-`."""
    name = name.strip().lower()
    if not 1 <= len(name) <= MAX_NAME or not all(
        char.isascii() and (char.isalnum() or char in "._-") for char in name
    ):
        return Rejected(
            _("use letters without accents, digits, dot, hyphen and underscore in an account name"), "name"
        )
    if user_by_name(conn, name) is not None:
        return Rejected(_("there is an account “{name}” already", name=name), "name")
    if (role is Role.AGENCY) != bool(agency_id):
        return Rejected(_("the role “agency” needs an agency, and the other roles have none"), "agency")
    if agency_id and agency(conn, agency_id) is None:
        return Rejected(_("no agency has the id “{agency}”", agency=agency_id), "agency")
    values = {
        "name": name,
        "role": role,
        "full_name": full_name.strip(),
        "agency": agency_id,
        "language": language,
        "disabled": False,
        "password_hash": hashed,
        "created_us": now_us,
        "password_changed_us": now_us,
        "last_login_us": 0,
    }
    conn.execute(insert(table).values(**values))
    audit.record(conn, now_us, by, "user.create", f"user:{name}", {"role": role.value, "agency": agency_id})
    created = user_by_name(conn, name)
    if created is None:
        raise RuntimeError("the account just written is not there")
    return created


def set_password(conn: Connection, user_id: int, hashed: str, by: Actor, now_us: int) -> None:
    """Replace the hash and end every session of the account."""
    found = user(conn, user_id)
    if found is None:
        return
    conn.execute(
        update(table).where(table.c.id == user_id).values(password_hash=hashed, password_changed_us=now_us)
    )
    _end_sessions(conn, user_id)
    audit.record(conn, now_us, by, "user.password", f"user:{found.name}")


def renew_hash(conn: Connection, user_id: int, hashed: str) -> None:
    """Store the same password's hash with newer parameters; sessions go on."""
    conn.execute(update(table).where(table.c.id == user_id).values(password_hash=hashed))


def set_disabled(conn: Connection, user_id: int, disabled: bool, by: Actor, now_us: int) -> User | Rejected:
    """Disable (ends its sessions at once) or enable an account; the last administrator cannot be disabled."""
    found = user(conn, user_id)
    if found is None:
        return Rejected(_("there is no such account"), f"user {user_id}")
    if disabled and found.role is Role.ADMIN and active_with(conn, (Role.ADMIN,)) <= {user_id}:
        return Rejected(_("this is the last administrator: create another one first"), found.name)
    conn.execute(update(table).where(table.c.id == user_id).values(disabled=disabled))
    if disabled:
        _end_sessions(conn, user_id)
    audit.record(conn, now_us, by, "user.disable" if disabled else "user.enable", f"user:{found.name}")
    return msgspec.structs.replace(found, disabled=disabled)


def set_language(conn: Connection, user_id: int, language: str) -> None:
    """Remember the language that the person chose."""
    conn.execute(update(table).where(table.c.id == user_id).values(language=language))


def note_login(conn: Connection, user_id: int, now_us: int) -> None:
    """Remember when the person last signed in."""
    conn.execute(update(table).where(table.c.id == user_id).values(last_login_us=now_us))


def active_with(conn: Connection, roles: Iterable[Role]) -> set[int]:
    """Ids of enabled accounts that have one of these roles."""
    query = select(table.c.id).where(table.c.role.in_(sorted(roles)), table.c.disabled.is_(False))
    return set(conn.scalars(query))


def count_users(conn: Connection) -> int:
    """How many accounts there are."""
    return conn.scalar(select(func.count()).select_from(table)) or 0


def _end_sessions(conn: Connection, user_id: int) -> None:
    conn.execute(delete(sessions).where(sessions.c.user == user_id))
