"""Severity of a finding, in Sigma's five levels."""

from enum import IntEnum


class Severity(IntEnum):
    """Ordered: INFORMATIONAL < LOW < MEDIUM < HIGH < CRITICAL. Names are Sigma's `level` in capitals."""

    INFORMATIONAL = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def level(self) -> str:
        """Sigma's word: `informational`, `low`, `medium`, `high` or `critical`."""
        return self.name.lower()

    @classmethod
    def from_level(cls, level: str) -> "Severity":
        """Read Sigma's word; anything else raises `KeyError`."""
        return cls[level.upper()]
