"""A file that is read once as a whole: EVTX, archives, and any other file that `keng scan` reads."""

import os
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from keng.formats.base import BLOCK
from keng.formats.recognise import read_file
from keng.i18n import _
from keng.model.rejected import Rejected
from keng.scan.open import open_logs
from keng.scan.refused import Refused
from keng.scan.shown import shown
from keng.send.book import Drop
from keng.send.document import MAX_DOCUMENT, Envelope
from keng.send.feed import Chunk, Parcel, record_id


def hashes(path: str, prefix: int) -> tuple[str, str, int]:
    """Hash of the first `prefix` bytes ("" if there are fewer, or 0), hash of all, and how many bytes they are."""
    whole = blake2b(digest_size=20)
    first = ""
    size = 0
    with Path(path).open("rb") as file:
        while block := file.read(min(BLOCK, prefix - size) if size < prefix else BLOCK):
            whole.update(block)
            size += len(block)
            if size == prefix:
                first = whole.hexdigest()
    return first, whole.hexdigest(), size


class WholeFile:
    """Gives the records that have not arrived yet; `ended` when there are no more. May raise OSError."""

    def __init__(self, path: str, drop: Drop, host: str) -> None:
        self.name = path
        self.drop = drop
        self.ended = False
        self.refused: list[str] = []  # what could not be read of it, with places
        self._host = host
        self._records = self._read()
        self._waiting: Parcel | None = None
        self._index = 0

    def read(self, room: int, _final: bool = True) -> Chunk | None:
        """The next records, about `room` bytes of them."""
        parcels: list[Parcel] = []
        size = refused = 0
        reason = ""
        while size < room:
            try:
                one = next(self._records)
            except StopIteration:
                self.ended = True
                break
            if isinstance(one, str):
                refused, reason = refused + 1, one
                continue
            self._index += 1
            if self._index <= self.drop.index:
                continue
            if len(one.document) > MAX_DOCUMENT:
                refused, reason = refused + 1, _("a record is longer than {limit} bytes", limit=MAX_DOCUMENT)
                continue
            parcels.append(one)
            size += len(one.document)
        if not parcels and not refused and self.ended and self._index <= self.drop.index:
            return None
        return Chunk(self, parcels, self._index, size, refused, reason)

    def arrived(self, chunk: Chunk) -> None:
        """Remember how many records arrived."""
        self.drop.index = max(self.drop.index, chunk.end)

    def _read(self) -> Iterator[Parcel | str]:
        key = self.drop.key
        number = 0
        with Path(self.name).open("rb") as file:
            status = os.fstat(file.fileno())
            for log in open_logs(file, self.name, status.st_size, status.st_mtime_ns // 1000):
                if isinstance(log, Refused):
                    yield _refusal(log.where, log.problem)
                    continue
                envelope = Envelope(self._host, log.label)
                for item in read_file(log.source, log.label):
                    if isinstance(item, Rejected):
                        yield _refusal(log.label, item)
                        continue
                    document = envelope.record(item)
                    number += 1
                    # An event of Windows is the same in whichever export it stands; a line is one of its file.
                    place, owner = (item.position, "evtx") if item.format == "evtx" else (number, key)
                    yield Parcel(record_id(owner, place, document), document)


def _refusal(where: str, problem: Rejected) -> str:
    return shown(": ".join(part for part in (where, problem.position, problem.reason) if part), 500)
