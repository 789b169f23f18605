"""Reproducible measurements. `python -m bench` runs all, `python -m bench scan engine` some."""
