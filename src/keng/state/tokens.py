"""Tokens with which log sources sign in to the receivers. Shown once; only a hash is kept.

A token is `keng_` and 43 characters of base64url (256 random bits). It is found by the SHA-256 of the whole:
an index look-up on the hash of a random value tells nothing by its time.
"""

import hashlib
import secrets

import msgspec
from sqlalchemy import Connection, insert, select, update

from keng.state.tables.register import token as table

PREFIX = "keng_"
MAX_TOKEN = 128


class TokenInfo(msgspec.Struct, frozen=True):
    """A token without its secret: `hint` is its first characters; revoked_us is 0 while it works."""

    source: str
    hint: str
    created_us: int
    revoked_us: int


def issue_token(conn: Connection, source: str, now_us: int) -> str:
    """A new token for the source; older ones go on working until revoked."""
    token = PREFIX + secrets.token_urlsafe(32)
    conn.execute(
        insert(table).values(
            hash=_hash(token), source=source, hint=token[: len(PREFIX) + 4], created_us=now_us, revoked_us=0
        )
    )
    return token


def revoke_tokens(conn: Connection, source: str, now_us: int) -> int:
    """Revoke every token of the source; returns how many. Works from the next request on."""
    return conn.execute(
        update(table).where(table.c.source == source, table.c.revoked_us == 0).values(revoked_us=now_us)
    ).rowcount


def replace_token(conn: Connection, source: str, now_us: int) -> str:
    """Revoke the source's tokens and issue a new one."""
    revoke_tokens(conn, source, now_us)
    return issue_token(conn, source, now_us)


def tokens(conn: Connection, source: str) -> list[TokenInfo]:
    """The source's tokens, newest first."""
    query = select(table).where(table.c.source == source).order_by(table.c.created_us.desc(), table.c.hash)
    return [TokenInfo(row.source, row.hint, row.created_us, row.revoked_us) for row in conn.execute(query)]


def source_of_token(conn: Connection, token: str) -> str | None:
    """The source id that a working token belongs to."""
    if not token.startswith(PREFIX) or len(token) > MAX_TOKEN:
        return None
    return conn.scalar(select(table.c.source).where(table.c.hash == _hash(token), table.c.revoked_us == 0))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
