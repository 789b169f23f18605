"""Splits the deliveries of clouds into their records at the door, so that each is counted, named and found alone."""

import msgspec

from keng.formats.deliveries import split_delivery
from keng.model.batch import Batch


def with_deliveries_split(batch: Batch) -> Batch:
    """The batch with every record on its own: the same object where none was a delivery.

    The sender's id of a delivery is continued by the record's place in it, from 1.
    """
    records: list[bytes] = []
    ids: list[str] = []
    for n, raw in enumerate(batch.records):
        parts = split_delivery(raw)
        records.extend(parts)
        if batch.ids:
            own = batch.ids[n]
            ids.extend(
                [own] * len(parts)
                if len(parts) == 1 or not own
                else (f"{own}/{m + 1}" for m in range(len(parts)))
            )
    if len(records) == len(batch.records):
        return batch
    return msgspec.structs.replace(batch, records=tuple(records), ids=tuple(ids))
