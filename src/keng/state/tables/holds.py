"""Legal holds: what must not be deleted."""

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from keng.state.tables.metadata import metadata

hold = Table(
    "legal_hold",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("agency", String(64), nullable=False),
    Column("system", String(64), nullable=False),
    Column("source", String(64), nullable=False),
    Column("from_us", BigInteger, nullable=False),
    Column("to_us", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("released_us", BigInteger, nullable=False),
    Column("released_by", String(64), nullable=False),
    Column("release_reason", Text, nullable=False),
)
