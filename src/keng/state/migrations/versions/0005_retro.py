"""Searches of history by rules: the jobs, the rules that were looked for, alerts that were found later."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of jobs and known rules, and the mark of an alert."""
    op.create_table(
        "retro_job",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("slices", sa.JSON(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("of_events", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("samples", sa.JSON(), nullable=False),
        sa.Column("noisy", sa.JSON(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retro_job")),
    )
    op.create_index("ix_retro_job_status", "retro_job", ["status", "id"], unique=False)
    op.create_table(
        "retro_rule",
        sa.Column("rule_id", sa.String(length=128), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("rule_id", name=op.f("pk_retro_rule")),
    )
    with op.batch_alter_table("alert") as alert:
        alert.add_column(sa.Column("found_later", sa.Boolean(), nullable=False, server_default=sa.false()))
