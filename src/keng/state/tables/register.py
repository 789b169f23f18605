"""Agencies, information systems, log sources, their tokens and certificates, and the centre's settings."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from keng.state.tables.metadata import metadata

agency = Table(
    "agency",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name_vi", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("address", Text, nullable=False),
    Column("contacts", JSON, nullable=False),
)

system = Table(
    "information_system",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("agency", ForeignKey("agency.id"), nullable=False, index=True),
    Column("name_vi", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("level", Integer, nullable=False),
    Column("description", Text, nullable=False),
)

source = Table(
    "log_source",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("agency", ForeignKey("agency.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("transport", String(32), nullable=False),
    Column("system", String(64), nullable=False),
    Column("hostnames", JSON, nullable=False),
    Column("addresses", JSON, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("time_zone", String(64), nullable=False, server_default=""),
)

# A token is found by its hash: SHA-256 suffices, for tokens are random (256 bits), not chosen by people.
token = Table(
    "source_token",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("source", ForeignKey("log_source.id"), nullable=False),
    Column("hint", String(16), nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("revoked_us", BigInteger, nullable=False),
    Index("ix_source_token_source", "source"),
)

# A client certificate of a source. identity: "sha256:<hex of the DER>", or "name:<DNS name>" for any certificate of
# the centre's own authority that carries this name. pem: the certificate itself, "" for a name.
certificate = Table(
    "source_certificate",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("identity", String(320), nullable=False),
    Column("source", ForeignKey("log_source.id"), nullable=False),
    Column("subject", Text, nullable=False),
    Column("pem", Text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("withdrawn_us", BigInteger, nullable=False),
    Index("ix_source_certificate_identity", "identity"),
    Index("ix_source_certificate_source", "source"),
)

setting = Table(
    "setting",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", JSON, nullable=False),
)
