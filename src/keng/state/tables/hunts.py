"""Saved hunts, what they found, and what a person has chosen for their pages."""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from keng.state.tables.metadata import metadata

hunt = Table(
    "hunt",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(120), nullable=False),
    Column("query", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("owner", String(64), nullable=False),
    Column("every_s", Integer, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("next_us", BigInteger, nullable=False),
    Column("searched_us", BigInteger, nullable=False),
    Column("ran_us", BigInteger, nullable=False),
    Column("error", Text, nullable=False),
    Column("rule_id", String(64), nullable=False),
    Index("ix_hunt_next", "next_us"),
)

find = Table(
    "hunt_find",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("hunt", ForeignKey("hunt.id"), nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("from_us", BigInteger, nullable=False),
    Column("to_us", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("samples", JSON, nullable=False),
    Column("seen_us", BigInteger, nullable=False),
    Column("seen_by", String(64), nullable=False),
    Index("ix_hunt_find_hunt_at", "hunt", "at_us"),
    Index("ix_hunt_find_seen", "seen_us"),
)

preference = Table(
    "preference",
    metadata,
    Column("user", ForeignKey("account.id"), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("value", JSON, nullable=False),
)
