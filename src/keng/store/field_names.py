"""The names of log fields that were ever stored: so that a search may write them in any case, and for completion."""

import threading
from collections.abc import Iterable

from keng.store.fields import SHOWN

MAX_NAMES = 50_000
MAX_LENGTH = 200


class FieldNames:
    """In memory what the table of names holds. A sender of endless new names fills it up to its bound, no further."""

    def __init__(self, names: Iterable[str]) -> None:
        self._lock = threading.Lock()
        self._seen: set[str] = set()
        self._by_lower: dict[str, tuple[str, ...]] = {}
        self.add(names)

    def unseen(self, maps: Iterable[Iterable[str]]) -> list[str]:
        """Names in these sets of fields that are not known yet and still have room."""
        seen = self._seen
        if len(seen) >= MAX_NAMES:
            return []
        new: set[str] = set()
        for fields in maps:
            if not seen.issuperset(fields):
                new.update(fields)
        new = {name for name in new - seen if len(name) <= MAX_LENGTH}
        return sorted(new)[: MAX_NAMES - len(seen)]

    def add(self, names: Iterable[str]) -> None:
        """These are known now."""
        with self._lock:
            for name in names:
                if name not in self._seen:
                    self._seen.add(name)
                    lower = name.lower()
                    self._by_lower[lower] = (*self._by_lower.get(lower, ()), name)

    def spellings(self, lower: str) -> tuple[str, ...]:
        """The exact names of a name in lower case."""
        return self._by_lower.get(lower, ())

    def starting(self, prefix: str, limit: int) -> tuple[str, ...]:
        """Short names, then log fields, that begin so in any case."""
        lower = prefix.lower()
        short = [name for name in SHOWN if name.startswith(lower)]
        with self._lock:
            log = sorted(name for name in self._seen if name.lower().startswith(lower))
        return tuple(dict.fromkeys([*short, *log]))[:limit]
