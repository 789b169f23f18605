"""From framed syslog messages to batches by source; common to TCP and UDP. Pure but for its door."""

from collections.abc import Iterable, Sequence

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
    refused: list[Rejected] = []
    for message in messages:
        if isinstance(message, Rejected):
            refused.append(message)
            continue
        hostname, token, kept = read_head(message)
        key = (token, hostname)
        sender = known.get(key)
        if sender is None:
            sender = known[key] = door.identify(token, address, hostname)
        if isinstance(sender, Refusal):
            refused.append(Rejected(sender.reason, "", kept[:_KEPT_RAW]))
        else:
            by_sender.setdefault(sender, []).append(kept)
    if refused:
        door.refuse(_only(by_sender), transport, name, refused)
    batches: list[Batch] = []
    for known_sender, records in by_sender.items():
        batches += split(known_sender, transport, name, received_us, records)
    return batches


def _only(by_sender: dict[Sender, list[bytes]]) -> Sender | None:
    """Whose the refused messages were, if all others on this connection are of one source."""
    senders: Sequence[Sender] = list(by_sender)
    return senders[0] if len(senders) == 1 else None
