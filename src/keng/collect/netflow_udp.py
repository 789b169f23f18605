"""Receives NetFlow 5, 9 and IPFIX over UDP: each flow becomes a record; the exporter's address tells the source.

A datagram of an unknown exporter is refused before it is read. What the decoder refuses (data before its template,
a length that cannot be) is counted with its reason.
"""

from collections.abc import Callable, Sequence

from keng.collect.ports import Door, Refusal
from keng.collect.split import split
from keng.collect.udp_server import Peer, UdpServer
from keng.model.batch import Batch
from keng.model.rejected import Rejected

TRANSPORT = "netflow"
_KEPT_RAW = 4096
# Exporter and datagram to its flows as JSON, and what could not be read.
Decode = Callable[[str, bytes], Sequence[bytes | Rejected]]


class NetflowUdp(UdpServer):
    """The listener. start() on a bound socket; run() moves flows into the journal until stop()."""

    def __init__(self, door: Door, decode: Decode) -> None:
        super().__init__(door, TRANSPORT, self._batches)
        self._decode = decode

    def _batches(self, peer: Peer, datagrams: list[bytes], now: int) -> list[Batch]:
        name = f"{peer[0]}:{peer[1]}"
        sender = self._door.identify("", peer[0], "", TRANSPORT)
        if isinstance(sender, Refusal):
            refused = [Rejected(sender.reason, "", data[:_KEPT_RAW]) for data in datagrams]
            self._door.refuse(None, TRANSPORT, name, refused)
            return []
        flows: list[bytes] = []
        refused = []
        for data in datagrams:
            for item in self._decode(peer[0], data):
                if isinstance(item, Rejected):
                    refused.append(item)
                else:
                    flows.append(item)
        if refused:
            self._door.refuse(sender, TRANSPORT, name, refused)
        return split(sender, TRANSPORT, name, now, flows)
