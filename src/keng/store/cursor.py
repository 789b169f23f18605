"""The place in a result where the next page begins: the last event's time and id."""

import re
from typing import NamedTuple

_FORM = re.compile(r"(\d{1,17})-([0-9a-f]{32})", re.ASCII)


class Cursor(NamedTuple):
    """Everything before (older than) this event."""

    time_us: int
    id: str

    def __str__(self) -> str:
        return f"{self.time_us}-{self.id}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """Read what `str` wrote; None for anything else."""
        found = _FORM.fullmatch(text)
        return cls(int(found[1]), found[2]) if found else None
