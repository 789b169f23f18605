"""The audit log: each row carries the hash of the row before it."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from keng.state.tables.metadata import metadata

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at_us", BigInteger, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("address", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("object", String(128), nullable=False),
    Column("details", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_object", "object"),
)
