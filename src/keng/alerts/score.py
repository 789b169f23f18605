"""How urgent an alert is: 0 to 100, with the reasons. Pure.

priority = severity (5, 20, 45, 65, 80) + system level (0, 0, 2, 5, 8, 10 for unknown, 1 … 5)
         + spread (6 for a second agency, 10 from the third on) + volume (one per power of ten, at most 4),
held to 0 … 100. The numbers are ours: severity leads, the rest orders alerts of equal severity.
"""

import msgspec

from keng.model.severity import Severity

_SEVERITY = {
    Severity.INFORMATIONAL: 5,
    Severity.LOW: 20,
    Severity.MEDIUM: 45,
    Severity.HIGH: 65,
    Severity.CRITICAL: 80,
}
_LEVEL = (0, 0, 2, 5, 8, 10)
_MAX_VOLUME = 4


class Score(msgspec.Struct, frozen=True):
    """priority 0 to 100, and what each part gave; the parts add up to at least the priority."""

    priority: int
    severity: int
    level: int
    spread: int
    volume: int


def score(severity: Severity, level: int, spread: int, count: int) -> Score:
    """level: system level 0 (unknown) to 5; spread: agencies with this rule lately; count: detections."""
    by_severity = _SEVERITY[severity]
    by_level = _LEVEL[min(max(level, 0), len(_LEVEL) - 1)]
    by_spread = 0 if spread < 2 else 6 if spread == 2 else 10
    by_volume = min(len(str(max(count, 1))) - 1, _MAX_VOLUME)
    total = min(100, by_severity + by_level + by_spread + by_volume)
    return Score(total, by_severity, by_level, by_spread, by_volume)
