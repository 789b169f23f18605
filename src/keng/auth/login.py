"""Signing in. After 10 failures in 5 minutes an account from an address has to wait; nobody is locked out for good.

Counted are the failures of the same account from the same address (10), of an address over all accounts (30: a spray),
and of an account over all addresses (50: a distributed attack, which must not shut the owner out sooner). The wait
ends when the window has passed the failures.
"""

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from keng.auth import passwords
from keng.auth.sessions import Session, start_session
from keng.model.user import Actor, User
from keng.state import audit, users
from keng.state.database import State
from keng.state.tables.users import failure as table

WINDOW_US = 5 * 60 * 1_000_000
PER_PAIR = 10
PER_ADDRESS = 30
PER_ACCOUNT = 50
MAX_NAME = 64


class Refused(msgspec.Struct, frozen=True):
    """A sign-in that was refused. wait_s: seconds to wait before the next try counts (0: try again)."""

    wait_s: int = 0


def login(
    state: State, name: str, password: str, address: str, now_us: int, old_id: str = ""
) -> Session | Refused:
    """Check the password and start a session. Takes about 50 ms whether the account exists or not.

    The hashing runs outside any transaction. Refusals do not say which of name and password was wrong.
    """
    name = name.strip().lower()[:MAX_NAME]
    with state.read() as conn:
        wait_s = wait_seconds(conn, name, address, now_us)
        found = users.user_by_name(conn, name)
        stored = users.password_hash(conn, found.id) if found else ""
    if wait_s:
        return Refused(wait_s)
    if found is None:
        passwords.spend_time(password)
    right = found is not None and passwords.verify_password(password, stored)
    renewed = passwords.hash_password(password) if right and passwords.needs_rehash(stored) else ""
    with state.write() as conn:
        # Read again: the account may have been disabled, or its password changed, while the hash was computed.
        current = users.user_by_name(conn, name) if right else None
        if current is None or current.disabled or users.password_hash(conn, current.id) != stored:
            _note_failure(conn, name, address, now_us)
            return Refused()
        if renewed:
            users.renew_hash(conn, current.id, renewed)
        return _let_in(conn, current, address, now_us, old_id)


def wait_seconds(conn: Connection, name: str, address: str, now_us: int) -> int:
    """How long this account from this address has to wait; 0 if it may try."""
    by_name, by_address = table.c.name == name, table.c.address == address
    waits = (
        _wait(conn, by_name & by_address, PER_PAIR, now_us),
        _wait(conn, by_address, PER_ADDRESS, now_us),
        _wait(conn, by_name, PER_ACCOUNT, now_us),
    )
    return max(waits)


def _wait(conn: Connection, which: ColumnElement[bool], limit: int, now_us: int) -> int:
    """Until fewer than `limit` failures lie in the window."""
    recent = which & (table.c.at_us > now_us - WINDOW_US)
    if (conn.scalar(select(func.count()).select_from(table).where(recent)) or 0) < limit:
        return 0
    newest = select(table.c.at_us).where(recent).order_by(table.c.at_us.desc()).offset(limit - 1).limit(1)
    until_us = (conn.scalar(newest) or 0) + WINDOW_US
    return max(1, -((now_us - until_us) // 1_000_000))


def _note_failure(conn: Connection, name: str, address: str, now_us: int) -> None:
    conn.execute(delete(table).where(table.c.at_us <= now_us - WINDOW_US))
    conn.execute(insert(table).values(name=name, address=address, at_us=now_us))
    audit.record(conn, now_us, Actor(name, address), "user.login_failed", f"user:{name}")


def _let_in(conn: Connection, found: User, address: str, now_us: int, old_id: str) -> Session:
    conn.execute(delete(table).where(table.c.name == found.name, table.c.address == address))
    users.note_login(conn, found.id, now_us)
    audit.record(conn, now_us, Actor(found.name, address), "user.login", f"user:{found.name}")
    return start_session(conn, found, address, now_us, old_id)
