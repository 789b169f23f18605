"""Bulletins, and what became of each at each agency."""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Integer, String, Table, Text

from keng.state.tables.metadata import metadata

bulletin = Table(
    "bulletin",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("number", String(32), nullable=False, unique=True),
    Column("severity", Integer, nullable=False),
    Column("tlp", String(24), nullable=False),
    Column("texts", JSON, nullable=False),
    Column("status", String(16), nullable=False, index=True),
    Column("incident", Integer, nullable=False, index=True),
    Column("indicators", JSON, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("edited_by", JSON, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("updated_us", BigInteger, nullable=False),
    Column("approved_by", String(64), nullable=False),
    Column("approved_us", BigInteger, nullable=False),
    Column("published_by", String(64), nullable=False),
    Column("published_us", BigInteger, nullable=False),
    Column("ended_us", BigInteger, nullable=False),
    Column("ended_reason", Text, nullable=False),
    Column("replaces", Integer, nullable=False),
)

delivery = Table(
    "bulletin_delivery",
    metadata,
    Column("bulletin", ForeignKey("bulletin.id"), primary_key=True),
    Column("agency", String(64), primary_key=True, index=True),
    Column("sent_us", BigInteger, nullable=False),
    Column("telemetry", String(16), nullable=False),
    Column("read_us", BigInteger, nullable=False),
    Column("read_by", String(64), nullable=False),
    Column("confirmed_us", BigInteger, nullable=False),
    Column("confirmed_by", String(64), nullable=False),
    Column("finding", String(16), nullable=True),
    Column("note", Text, nullable=False),
    Column("actions_done", JSON, nullable=False),
)
