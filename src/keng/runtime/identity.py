"""The identity of events: a deterministic id each, and the memory of those seen lately.

the sender gave an id        hash of source and that id
bulk, without an id          hash of source, content, and how often the content stood before in its request
syslog and other lines       hash of source, content, and its place in the journal: a line has neither an id nor a
                             time to rely on, so that two equal lines are two events (a web server's log of
                             twenty equal requests in a second is twenty requests)
"""

from collections.abc import Iterable
from hashlib import blake2b

from keng.journal.base import Entry

ID_BYTES = 16
_NO_RESEND = frozenset(
    {"syslog_tcp", "syslog_udp", "syslog_tls", "lines", "netflow", "hec_raw", "otlp_untimed"}
)


def event_ids(entry: Entry) -> list[bytes]:
    """One id of 16 bytes for each record of the batch, in order."""
    batch = entry.batch
    if batch.transport in _NO_RESEND:
        base = _base(b"place", batch.source.encode(), b"%d %d" % (entry.offset, batch.received_us))
        return [_digest(base, b"%d:" % n, record) for n, record in enumerate(batch.records)]
    by_content, by_id = _base(b"content", batch.source.encode()), _base(b"id", batch.source.encode())
    before: dict[bytes, int] = {}
    ids: list[bytes] = []
    for n, record in enumerate(batch.records):
        sender_id = batch.ids[n] if batch.ids else ""
        if sender_id:
            ids.append(_digest(by_id, b"", sender_id.encode("utf-8", "surrogatepass")))
            continue
        times = before[record] = before.get(record, 0) + 1
        ids.append(_digest(by_content, b"%d:" % times, record))
    return ids


def _base(*parts: bytes) -> blake2b:
    digest = blake2b(digest_size=ID_BYTES)
    for part in parts:
        digest.update(b"%d:%b" % (len(part), part))
    return digest


def _digest(base: blake2b, place: bytes, content: bytes) -> bytes:
    digest = base.copy()
    digest.update(place)
    digest.update(content)
    return digest.digest()


class RecentIds:
    """The newest ids, between `window` and half of it. About 90 bytes of memory each."""

    def __init__(self, window: int) -> None:
        self._half = max(window // 2, 1)
        self._new: set[bytes] = set()
        self._old: set[bytes] = set()

    def __contains__(self, event_id: bytes) -> bool:
        return event_id in self._new or event_id in self._old

    def add(self, ids: Iterable[bytes]) -> None:
        """Remember these, forget the oldest."""
        self._new.update(ids)
        if len(self._new) >= self._half:
            self._old, self._new = self._new, set()

    def __len__(self) -> int:
        return len(self._new) + len(self._old)
