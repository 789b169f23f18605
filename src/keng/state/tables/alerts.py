"""Alerts, and which (event, rule) pairs they already count."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from keng.state.tables.metadata import metadata

alert = Table(
    "alert",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False),
    Column("rule_id", String(128), nullable=False),
    Column("rule", JSON, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("agency", String(64), nullable=False),
    Column("source", String(64), nullable=False),
    Column("system", String(64), nullable=False),
    Column("level", Integer, nullable=False),
    Column("host", Text, nullable=False),
    Column("group", JSON, nullable=False),
    Column("users", JSON, nullable=False),
    Column("count", Integer, nullable=False),
    Column("first_us", BigInteger, nullable=False),
    Column("last_us", BigInteger, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("updated_us", BigInteger, nullable=False),
    Column("spread", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("samples", JSON, nullable=False),
    Column("status", String(16), nullable=False),
    Column("assignee", String(64), nullable=False),
    Column("disposition", String(16), nullable=True),
    Column("reason", Text, nullable=False),
    Column("closed_us", BigInteger, nullable=False),
    Column("incident", Integer, nullable=False),
    Column("found_later", Boolean, nullable=False),
    Index("ix_alert_key_last", "key", "last_us"),
    Index("ix_alert_queue", "status", "priority", "id"),
    Index("ix_alert_rule_last", "rule_id", "last_us"),
    Index("ix_alert_agency_last", "agency", "last_us"),
    Index("ix_alert_incident", "incident"),
)

# Redone work (after a crash, or a sender's repetition) must not count twice: one row per counted detection.
counted = Table(
    "alert_counted",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("at_us", BigInteger, nullable=False, index=True),
)
