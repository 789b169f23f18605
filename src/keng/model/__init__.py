"""Frozen types that every stage shares; imports nothing of ours."""
