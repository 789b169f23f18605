"""Time zones of log sources."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the time zone of a log source; "" is the centre's own."""
    op.add_column(
        "log_source", sa.Column("time_zone", sa.String(length=64), nullable=False, server_default="")
    )
