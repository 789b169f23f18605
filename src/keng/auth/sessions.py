"""Sessions: a random id in a cookie, its hash in the state. Ended at once by logout, new password or disabling.

A new id is made at every login. A session ends after `IDLE_US` without use and after `ABSOLUTE_US` in any case.
"""

import hashlib
import secrets

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from keng.model.user import Actor, User
from keng.state import audit, users
from keng.state.tables.users import session as table

IDLE_US = 60 * 60 * 1_000_000
ABSOLUTE_US = 12 * 60 * 60 * 1_000_000
# `seen_us` is written at most this often: reading a page should not be a write each time.
TOUCH_US = 60 * 1_000_000
MAX_ID = 128


class Session(msgspec.Struct, frozen=True):
    """A living session. id: the secret of the cookie; csrf: the secret that its forms carry."""

    id: str
    user: User
    csrf: str
    created_us: int
    seen_us: int


def start_session(conn: Connection, user: User, address: str, now_us: int, old_id: str = "") -> Session:
    """A fresh session for a person who has just proved who they are; `old_id` (if any) ends."""
    if old_id:
        conn.execute(delete(table).where(table.c.hash == _hash(old_id)))
    session_id, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    conn.execute(
        insert(table).values(
            hash=_hash(session_id),
            user=user.id,
            csrf=csrf,
            address=address,
            created_us=now_us,
            seen_us=now_us,
        )
    )
    return Session(session_id, user, csrf, now_us, now_us)


def session(conn: Connection, session_id: str, now_us: int) -> Session | None:
    """The living session with this id, its account as it is now; None if it ended or the account is disabled."""
    if not 0 < len(session_id) <= MAX_ID:
        return None
    row = conn.execute(select(table).where(table.c.hash == _hash(session_id))).one_or_none()
    if row is None or now_us - row.seen_us > IDLE_US or now_us - row.created_us > ABSOLUTE_US:
        return None
    found = users.user(conn, row.user)
    if found is None or found.disabled:
        return None
    return Session(session_id, found, row.csrf, row.created_us, row.seen_us)


def needs_touch(current: Session, now_us: int) -> bool:
    """Whether `touch` is due (at most once a minute)."""
    return now_us - current.seen_us >= TOUCH_US


def touch(conn: Connection, session_id: str, now_us: int) -> None:
    """Note that the session was used."""
    conn.execute(update(table).where(table.c.hash == _hash(session_id)).values(seen_us=now_us))


def end_session(conn: Connection, current: Session, address: str, now_us: int) -> None:
    """Log out."""
    conn.execute(delete(table).where(table.c.hash == _hash(current.id)))
    name = current.user.name
    audit.record(conn, now_us, Actor(name, address), "user.logout", f"user:{name}")


def forget_ended(conn: Connection, now_us: int) -> int:
    """Delete sessions that are over; returns how many."""
    over = (table.c.seen_us < now_us - IDLE_US) | (table.c.created_us < now_us - ABSOLUTE_US)
    return conn.execute(delete(table).where(over)).rowcount


def _hash(session_id: str) -> str:
    return hashlib.sha256(session_id.encode("utf-8", "surrogateescape")).hexdigest()
