"""Client certificates of log sources, beside their tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of certificates."""
    op.create_table(
        "source_certificate",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("identity", sa.String(length=320), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["log_source.id"], name=op.f("fk_source_certificate_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_certificate")),
    )
    op.create_index("ix_source_certificate_identity", "source_certificate", ["identity"], unique=False)
    op.create_index("ix_source_certificate_source", "source_certificate", ["source"], unique=False)
