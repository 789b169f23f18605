"""Searches of history by rules, and the rules that history was searched for."""

from sqlalchemy import JSON, BigInteger, Column, Float, Index, Integer, String, Table, Text

from keng.state.tables.metadata import metadata

job = Table(
    "retro_job",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("created_us", BigInteger, nullable=False),
    Column("updated_us", BigInteger, nullable=False),
    Column("status", String(16), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("request", JSON, nullable=False),
    Column("slices", JSON, nullable=False),
    Column("done", Integer, nullable=False),
    Column("events", BigInteger, nullable=False),
    Column("of_events", BigInteger, nullable=False),
    Column("found", JSON, nullable=False),
    Column("samples", JSON, nullable=False),
    Column("noisy", JSON, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("error", Text, nullable=False),
    Index("ix_retro_job_status", "status", "id"),
)

# What a rule said when history was last searched for it.
rule = Table(
    "retro_rule",
    metadata,
    Column("rule_id", String(128), primary_key=True),
    Column("digest", String(32), nullable=False),
)
