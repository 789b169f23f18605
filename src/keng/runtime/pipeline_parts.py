"""What the pipeline is made of, and what it hands from one step to the next."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

import msgspec

from keng.detect.sigma import RuleSet
from keng.journal.base import Entry, Packed
from keng.journal.sqlite import opened
from keng.model.detection import Detection
from keng.model.event import Event
from keng.state.quarantine import Refused
from keng.state.sightings import Sighting
from keng.store.insert import Made

Line = Entry | Packed
"""A batch in the journal, opened or as it lies there."""


class Store(Protocol):
    """What the pipeline needs of the event store."""

    def insert(self, events: Sequence[Event]) -> None: ...
    def ids_after(self, offset: int) -> set[str]: ...
    def recent_ids(self, since_us: int, limit: int) -> set[str]: ...


class Detector(Protocol):
    """What the pipeline needs of the engine. losses: what was left out of correlations, by reason."""

    @property
    def losses(self) -> dict[str, int]: ...
    def feed(self, events: Sequence[Event]) -> list[Detection]: ...
    def tick(self, now_us: int) -> list[Detection]: ...
    def save(self) -> bytes: ...
    def restore(self, state: bytes) -> None: ...


@runtime_checkable
class Decider(Detector, Protocol):
    """A detector that takes up what another process has matched."""

    ruleset: RuleSet

    def decide(self, found: Sequence[tuple[int, Detection]], seen_us: int) -> list[Detection]: ...


@runtime_checkable
class TakesMade(Store, Protocol):
    """A store that takes what another process has made ready."""

    def insert_made(self, portions: Sequence[Made]) -> None: ...


class Pending(msgspec.Struct):
    """Worked on, not yet committed."""

    sightings: list[Sighting] = []
    refused: list[Refused] = []


class Done(NamedTuple):
    """A slice after steps 2 to 4. fresh: ids of its events; seen: its sources; received_us: arrival of each event."""

    fresh: set[bytes]
    doubles: int
    detections: list[Detection]
    undetected: list[Refused]
    seen: list[Sighting]
    received_us: list[int]
    unparsed: int


class Loaded(NamedTuple):
    """A detector and the content hash of the rules that it runs."""

    detector: Detector
    rules: str


def opened_all(entries: Sequence[Line]) -> list[Entry]:
    """All of them opened."""
    return [opened(one) if isinstance(one, Packed) else one for one in entries]
