"""Cuts many records of one sender into batches of bounded size, so that no later stage meets a giant."""

from collections.abc import Sequence

from keng.collect.ports import MAX_BATCH_BYTES, MAX_BATCH_RECORDS, Sender
from keng.model.batch import Batch


def split(
    sender: Sender,
    transport: str,
    peer: str,
    received_us: int,
    records: Sequence[bytes],
    ids: Sequence[str] = (),
) -> list[Batch]:
    """Batches of at most 2,000 records and about 4 MiB each, in order. ids: as many as records, or none."""
    batches: list[Batch] = []
    start = size = 0

    def cut(end: int) -> None:
        some_ids = tuple(ids[start:end]) if ids else ()
        batches.append(
            Batch(
                sender.source,
                sender.agency,
                transport,
                peer,
                received_us,
                tuple(records[start:end]),
                some_ids if any(some_ids) else (),
            )
        )

    for n, record in enumerate(records):
        if n > start and (n - start >= MAX_BATCH_RECORDS or size + len(record) > MAX_BATCH_BYTES):
            cut(n)
            start, size = n, 0
        size += len(record)
    if len(records) > start:
        cut(len(records))
    return batches
