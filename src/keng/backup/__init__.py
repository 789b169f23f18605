"""Saving what a centre keeps, bringing it back, and proving that it is still what was written."""
