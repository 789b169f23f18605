"""What is followed, as the forwarder sees it: something that gives chunks and is told which of them arrived."""

from hashlib import blake2b
from typing import NamedTuple, Protocol


class Parcel(NamedTuple):
    """One record on its way. id: the same whenever this record is read again; document: a JSON object."""

    id: str
    document: bytes


class Chunk(NamedTuple):
    """Records that were read together. end: where the next chunk begins, in the feed's own unit.

    refused: records of it that cannot be sent at all, with the reason of the last one.
    """

    feed: "Feed"
    parcels: list[Parcel]
    end: int
    size: int
    refused: int = 0
    reason: str = ""


class Feed(Protocol):
    """A followed file, or a file that is read once."""

    name: str

    def read(self, room: int, final: bool) -> Chunk | None:
        """The next chunk, of about `room` bytes at most; None while there is none.

        final: nothing more will be written, so that a last line without its end is a line.
        """
        ...

    def arrived(self, chunk: Chunk) -> None:
        """The chunk is durable at the centre (or refused for good)."""
        ...


def record_id(key: str, place: int | str, content: bytes) -> str:
    """32 hexadecimal digits, the same for the same record at the same place of the same file."""
    digest = blake2b(f"{key}:{place}:".encode(), digest_size=16)
    digest.update(content)
    return digest.hexdigest()
