"""From framed syslog messages to batches by source; common to TCP and UDP. Pure but for its door."""

from collections.abc import Iterable

from keng.collect.ports import Door, Refusal, Sender
from keng.collect.split import split
from keng.collect.syslog_header import read_head
from keng.model.batch import Batch
from keng.model.rejected import Rejected

_KEPT_RAW = 4096


def sort(
    door: Door, transport: str, peer: tuple[str, int], messages: Iterable[bytes | Rejected], received_us: int
) -> list[Batch]:
    """Batches of the messages whose sender is known, in order within each source; the others are refused.

    peer: address and port of the sender.
    """
    address, name = peer[0], f"{peer[0]}:{peer[1]}"
    known: dict[tuple[str, str], Sender | Refusal] = {}
    by_sender: dict[Sender, list[bytes]] = {}
    refused: dict[Sender | None, list[Rejected]] = {}
    for message in messages:
        hostname, token, kept = read_head(message.raw if isinstance(message, Rejected) else message)
        key = (token, hostname)
        sender = known.get(key)
        if sender is None:
            sender = known[key] = door.identify(token, address, hostname)
        if isinstance(message, Rejected):
            owner = None if isinstance(sender, Refusal) else sender
            refused.setdefault(owner, []).append(Rejected(message.reason, message.position, kept))
        elif isinstance(sender, Refusal):
            refused.setdefault(None, []).append(Rejected(sender.reason, "", kept[:_KEPT_RAW]))
        else:
            by_sender.setdefault(sender, []).append(kept)
    for owner, some in refused.items():
        door.refuse(owner, transport, name, some)
    batches: list[Batch] = []
    for known_sender, records in by_sender.items():
        batches += split(known_sender, transport, name, received_us, records)
    return batches
