"""Where parcels go. One protocol: a centre over HTTP, or the journal of the centre that this process is."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from keng.send.feed import Parcel


class Delivered(msgspec.Struct, frozen=True):
    """All of it is settled: taken and durable, or refused for good. refused: how many; reason: of the last of them."""

    refused: int = 0
    reason: str = ""


class Later(msgspec.Struct, frozen=True):
    """Nothing is known to have arrived: send the same again. after_s: not before (0: as you like); why: for a person.

    denied: the centre answered, and will go on refusing until somebody does something (a wrong token).
    smaller: the request was too large.
    """

    why: str
    after_s: float = 0.0
    denied: bool = False
    smaller: bool = False


class Target(Protocol):
    """Takes parcels, one call at a time."""

    def deliver(self, parcels: Sequence[Parcel]) -> Delivered | Later:
        """Blocks until it is known what became of them, or that it cannot be known."""
        ...

    def close(self) -> None:
        """Let connections go."""
        ...
