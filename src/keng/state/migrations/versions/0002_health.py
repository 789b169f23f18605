"""Learned cadences of log sources, and their clocks."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of cadences; add the clock to what was sighted."""
    op.create_table(
        "cadence",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("learned", sa.LargeBinary(), nullable=False),
        sa.Column("last_us", sa.BigInteger(), nullable=False),
        sa.Column("silent_since_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_cadence")),
    )
    op.add_column("sighting", sa.Column("skew_us", sa.BigInteger(), nullable=True))
    op.add_column("sighting", sa.Column("future", sa.BigInteger(), server_default="0", nullable=False))
