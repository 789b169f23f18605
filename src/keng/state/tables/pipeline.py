"""What the pipeline keeps: consumers' cursors, the health of sources, refused records."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, Text

from keng.state.tables.metadata import metadata

cursor = Table(
    "cursor",
    metadata,
    Column("consumer", String(64), primary_key=True),
    Column("offset", BigInteger, nullable=False),
    Column("state", LargeBinary, nullable=False),
)

sighting = Table(
    "sighting",
    metadata,
    Column("source", String(64), primary_key=True),
    Column("agency", String(64), nullable=False),
    Column("first_us", BigInteger, nullable=False),
    Column("last_us", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("parsed", BigInteger, nullable=False),
    Column("unparsed", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("last_error", Text, nullable=False),
    Column("last_error_us", BigInteger, nullable=False),
    Column("skew_us", BigInteger, nullable=True),
    Column("future", BigInteger, nullable=False, server_default="0"),
    Column("delay_us", BigInteger, nullable=True),
)

cadence = Table(
    "cadence",
    metadata,
    Column("source", String(64), primary_key=True),
    Column("agency", String(64), nullable=False),
    Column("learned", LargeBinary, nullable=False),
    Column("last_us", BigInteger, nullable=False),
    Column("silent_since_us", BigInteger, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at_us", BigInteger, nullable=False),
    Column("agency", String(64), nullable=False),
    Column("source", String(64), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("position", String(128), nullable=False),
    Column("raw", LargeBinary, nullable=False),
)
