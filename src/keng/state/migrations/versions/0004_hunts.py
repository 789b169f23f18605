"""Saved hunts with what they found, and what a person has chosen for their pages."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of hunts, of their finds, and of preferences."""
    op.create_table(
        "hunt",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("every_s", sa.Integer(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("next_us", sa.BigInteger(), nullable=False),
        sa.Column("searched_us", sa.BigInteger(), nullable=False),
        sa.Column("ran_us", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hunt")),
    )
    op.create_index("ix_hunt_next", "hunt", ["next_us"], unique=False)
    op.create_table(
        "hunt_find",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("hunt", sa.Integer(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("from_us", sa.BigInteger(), nullable=False),
        sa.Column("to_us", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("samples", sa.JSON(), nullable=False),
        sa.Column("seen_us", sa.BigInteger(), nullable=False),
        sa.Column("seen_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["hunt"], ["hunt.id"], name=op.f("fk_hunt_find_hunt")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hunt_find")),
    )
    op.create_index("ix_hunt_find_hunt_at", "hunt_find", ["hunt", "at_us"], unique=False)
    op.create_index("ix_hunt_find_seen", "hunt_find", ["seen_us"], unique=False)
    op.create_table(
        "preference",
        sa.Column("user", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["account.id"], name=op.f("fk_preference_user")),
        sa.PrimaryKeyConstraint("user", "name", name=op.f("pk_preference")),
    )
