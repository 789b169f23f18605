"""Events of one log, in batches that stay small in memory."""

from collections.abc import Iterator
from datetime import tzinfo
from hashlib import blake2b

from keng.formats.base import Passed, Sieve
from keng.formats.recognise import sift_file
from keng.model.event import Event
from keng.model.rejected import Rejected
from keng.normalise.normalise import to_event
from keng.normalise.privacy import redact
from keng.scan.open import Log

BATCH = 2048
BATCH_BYTES = 32 << 20


def read_events(
    log: Log, zone: tzinfo | None = None, sieve: Sieve | None = None
) -> Iterator[list[Event] | Rejected | Passed]:
    """Batches of events in the log's order; each damage as it is met. zone: for times that name none (None: UTC);
    sieve: leaves out entries that nobody wants, which are counted only.

    Content (mail, chat, bodies) is taken out first, as from everything that comes in. An event's `source` is the log's label, its `offset` the record's position, its `id` made of both.
    """
    prefix = blake2b(log.label.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
    batch: list[Event] = []
    size = number = 0
    for item in sift_file(log.source, log.label, sieve):
        if isinstance(item, Rejected | Passed):
            yield item
            continue
        event = redact(to_event(item, log.changed_us, zone))
        number += 1
        event.source = log.label
        event.offset = item.position
        event.id = f"{prefix}{number:016x}"
        batch.append(event)
        size += len(event.raw)
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
