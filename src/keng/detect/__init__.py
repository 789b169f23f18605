"""Detection on events."""
