"""What a check found."""

from enum import StrEnum

import msgspec


class Health(StrEnum):
    """good; warn: works, but look at it; bad: does not work, or loses something."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


class Finding(msgspec.Struct, frozen=True):
    """One finding. check: a stable word for machines; text: what is so; advice: what to do ("" when all is well)."""

    check: str
    health: Health
    text: str
    advice: str = ""


def judged(check: str, well: bool, text: str, advice: str, otherwise: Health = Health.WARN) -> Finding:
    """Good without advice when `well`, else `otherwise` with it."""
    return Finding(check, Health.GOOD, text) if well else Finding(check, otherwise, text, advice)
