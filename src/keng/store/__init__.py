"""The event store: history, search, statistics."""
