"""Kẻng: the alarm gong of a province's information systems."""

__version__ = "0.1.0"
