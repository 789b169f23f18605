"""Bytes in: receivers that acknowledge only what the journal holds."""
