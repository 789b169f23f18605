"""Alembic's entry: migrates the connection that `state/database.py` hands over."""

from alembic import context

from keng.state.tables import alerts, audit, bulletins, hunts, incidents, pipeline, register, retro, users  # noqa: F401
from keng.state.tables.metadata import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
