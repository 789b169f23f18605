"""Receives syslog over UDP: a datagram is a message, see `udp_server`."""

from keng.collect.ports import Door
from keng.collect.syslog import sort
from keng.collect.udp_server import UdpServer
from keng.model.rejected import Rejected

TRANSPORT = "syslog_udp"


class SyslogUdp(UdpServer):
    """The listener. start() on a bound socket; run() moves datagrams into the journal until stop()."""

    def __init__(self, door: Door) -> None:
        super().__init__(
            door, TRANSPORT, lambda peer, data, now: sort(door, TRANSPORT, peer, _messages(data), now)
        )


def _messages(datagrams: list[bytes]) -> list[bytes | Rejected]:
    return [message for data in datagrams if (message := data.strip(b"\r\n\0 \t"))]
