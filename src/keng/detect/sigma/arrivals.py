"""Which fields events really carry, by log source: what rules that can never match are found by."""

from collections.abc import Sequence

import msgspec

from keng.detect.sigma.plan import rules_for
from keng.detect.sigma.rule import RuleSource
from keng.model.event import Event, LogSource

EVERY = 16
"""One event of so many is looked at; of a log source that is new, every one."""
FIRST = 200
MAX_SOURCES = 2_000
MAX_FIELDS = 5_000


class Arrived(msgspec.Struct, array_like=True):
    """Of one log source: events looked at, and the fields that they had (whatever their value)."""

    source: LogSource
    events: int
    fields: set[str]


class Arrivals:
    """A census of fields. Not thread-safe."""

    def __init__(self, arrived: Sequence[Arrived] = ()) -> None:
        self._by_source = {one.source: one for one in arrived}
        self._place = 0
        self.changed = False

    def look(self, events: Sequence[Event]) -> None:
        """Note the fields of a sample of these events."""
        by_source = self._by_source
        for event in events:
            self._place += 1
            known = by_source.get(event.logsource)
            if known is None:
                if len(by_source) >= MAX_SOURCES:
                    continue
                known = by_source[event.logsource] = Arrived(event.logsource, 0, set())
            elif known.events >= FIRST and self._place % EVERY:
                continue
            known.events += 1
            if not known.fields >= event.fields.keys() and len(known.fields) < MAX_FIELDS:
                known.fields |= event.fields.keys()
                self.changed = True

    @property
    def enough(self) -> bool:
        """Whether any log source has been looked at often enough to be judged by."""
        return any(one.events >= FIRST for one in self._by_source.values())

    def of(self, source: RuleSource) -> tuple[int, frozenset[str]]:
        """(events looked at, fields) of all log sources on which a rule with this source runs."""
        faced = [one for one in self._by_source.values() if rules_for([source], one.source)]
        return sum(one.events for one in faced), frozenset[str]().union(*[one.fields for one in faced])

    def encode(self) -> bytes:
        """To be kept in a file."""
        return msgspec.json.encode(list(self._by_source.values()), order="deterministic")

    @classmethod
    def decode(cls, data: bytes) -> "Arrivals":
        """What was kept. Raises `ValueError` if it is none."""
        try:
            return cls(msgspec.json.decode(data, type=list[Arrived]))
        except msgspec.DecodeError as error:
            raise ValueError(f"not a census of fields: {error}") from error
