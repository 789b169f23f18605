"""Incidents, their alerts and agencies, timeline, and sent reports (which stop a legal clock)."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from keng.state.tables.metadata import metadata

incident = Table(
    "incident",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("number", String(32), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("group", String(4), nullable=False),
    Column("severity", Integer, nullable=False),
    Column("status", String(16), nullable=False, index=True),
    Column("t0_us", BigInteger, nullable=False),
    Column("occurred_us", BigInteger, nullable=False),
    Column("owner", String(64), nullable=False),
    Column("summary", Text, nullable=False),
    Column("rsit", String(64), nullable=False),
    Column("serious", Boolean, nullable=False),
    Column("national_security", Boolean, nullable=False),
    Column("disruption", Boolean, nullable=False),
    Column("personal_data", Boolean, nullable=False),
    Column("personal_records", Integer, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("updated_us", BigInteger, nullable=False),
    Column("closed_us", BigInteger, nullable=False),
    Column("closing", Text, nullable=False),
)

incident_agency = Table(
    "incident_agency",
    metadata,
    Column("incident", ForeignKey("incident.id"), primary_key=True),
    Column("agency", String(64), primary_key=True),
)

timeline = Table(
    "incident_timeline",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("incident", ForeignKey("incident.id"), nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("written_us", BigInteger, nullable=False),
    Column("author", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("values", JSON, nullable=False),
    Index("ix_incident_timeline_incident_at", "incident", "at_us"),
)

report = Table(
    "incident_report",
    metadata,
    Column("incident", ForeignKey("incident.id"), primary_key=True),
    Column("clock", String(64), primary_key=True),
    Column("sent_us", BigInteger, nullable=False),
    Column("sent_by", String(64), nullable=False),
    Column("proof", Text, nullable=False),
)

# The last number given out per series and year ("SC-2026"), so that a number is never used twice.
numbering = Table(
    "numbering",
    metadata,
    Column("series", String(32), primary_key=True),
    Column("last", Integer, nullable=False),
)
