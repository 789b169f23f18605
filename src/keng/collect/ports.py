"""What receivers need of the centre, as protocols: who sends, where to put it, whom to tell of the rest."""

from collections.abc import Sequence
from enum import Enum
from typing import Protocol

import msgspec

from keng.collect.peer_certificate import PeerCertificate
from keng.model.batch import Batch
from keng.model.rejected import Rejected

MAX_RECORD_BYTES = 1024 * 1024
MAX_BATCH_RECORDS = 2000
MAX_BATCH_BYTES = 4 * 1024 * 1024


class Sender(msgspec.Struct, frozen=True):
    """A log source of the register and the agency that owns it, by their ids."""

    source: str
    agency: str


class Refusal(msgspec.Struct, frozen=True):
    """Why a sender is not let in. status: 401 (who are you?), 403 (you may not) or 503 (come again); reason: what to do."""

    status: int
    reason: str


class Outcome(Enum):
    """What became of batches that were handed over."""

    TAKEN = "taken"  # durable: may be acknowledged
    FULL = "full"  # the journal is at its bound: send again later
    FAILED = "failed"  # the disk refuses: nothing was taken


class Door(Protocol):
    """The centre as its receivers see it. All methods are called in the event loop's thread and are quick."""

    def authenticate(self, token: str) -> Sender | Refusal:
        """The source that a token belongs to."""
        ...

    def identify(
        self, token: str, address: str, hostname: str, transport: str = "syslog"
    ) -> Sender | Refusal:
        """The source of a line: by the token in it, else by its sender's address, else by its host name.

        transport: only sources of this transport of the register are meant; a token may be of any.
        """
        ...

    def recognise(self, certificate: PeerCertificate) -> Sender | Refusal:
        """The source that a TLS client's certificate belongs to."""
        ...

    async def take(self, batches: Sequence[Batch]) -> Outcome:
        """Make the batches durable; TAKEN only after the journal's fsync."""
        ...

    def refuse(self, sender: Sender | None, transport: str, peer: str, refused: Sequence[Rejected]) -> None:
        """Count records that could not be taken and keep their bytes in the quarantine."""
        ...

    def drop(self, transport: str, records: int) -> None:
        """Count records that were lost (UDP only)."""
        ...

    def now_us(self) -> int:
        """Time of arrival, microseconds since the epoch."""
        ...
