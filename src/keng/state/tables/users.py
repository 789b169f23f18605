"""Accounts, sessions, failed logins."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from keng.state.tables.metadata import metadata

user = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("full_name", Text, nullable=False),
    Column("agency", String(64), nullable=False),
    Column("language", String(2), nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("password_changed_us", BigInteger, nullable=False),
    Column("last_login_us", BigInteger, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("user", ForeignKey("account.id"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("address", String(64), nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("seen_us", BigInteger, nullable=False),
)

failure = Table(
    "login_failure",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(64), nullable=False),
    Column("address", String(64), nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Index("ix_login_failure_name_at", "name", "at_us"),
    Index("ix_login_failure_address_at", "address", "at_us"),
)
