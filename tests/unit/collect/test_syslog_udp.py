import pytest

from keng.collect.syslog_udp import SyslogUdp

from .conftest import Loop, MemoryDoor
from .fuzz import blocks, bodies
from .test_udp_server import line, send, settled, start


def test_each_datagram_is_a_message(door: MemoryDoor, loop: Loop) -> None:
    udp, port = start(door, loop)
    send(port, line(1), line(2) + b"\n", b"<1>no header", b"\n")
    settled(door, 3)
    loop.run(udp.stop())
    assert door.records == [line(1), line(2)]
    assert len(door.refused) == 1


SEEDS = (
    line(1),
    b'<34>1 2026-11-03T01:02:03Z fw01 app 123 ID47 [keng@32473 token="keng_x"] message',
    "<34>1 2026-11-03T01:02:03Z fw01 app - - - \ufeffxin chào".encode(),
)


@pytest.mark.parametrize("block", blocks())
def test_no_datagram_makes_the_receiver_stumble(door: MemoryDoor, loop: Loop, block: int) -> None:
    udp = SyslogUdp(door)
    datagrams = [body[:65_000] for body in bodies(block, SEEDS)]
    for data in datagrams:
        udp.datagram_received(data, ("192.0.2.1", 514))
    loop.run(udp.stop())
    loop.run(udp.run())
    wanted = sum(bool(data.strip(b"\r\n\0 \t")) for data in datagrams)
    assert len(door.records) + len(door.refused) == wanted
