"""How late the freshest records of a log source were."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the delay; null where it is not known yet."""
    op.add_column("sighting", sa.Column("delay_us", sa.BigInteger(), nullable=True))
