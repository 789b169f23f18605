import asyncio
import os
import socket
import time
from pathlib import Path

import pytest

from keng.collect import udp_server as module
from keng.collect.ports import Outcome
from keng.collect.syslog_udp import SyslogUdp
from keng.collect.udp_server import kernel_drops

from .conftest import Loop, MemoryDoor, free_udp


def line(n: int) -> bytes:
    return b"<34>Nov  3 01:02:03 fw01 app: line %d" % n


def send(port: int, *datagrams: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for one in datagrams:
            sock.sendto(one, ("127.0.0.1", port))


def start(door: MemoryDoor, loop: Loop, moving: bool = True) -> tuple[SyslogUdp, int]:
    sock = free_udp()
    port = sock.getsockname()[1]
    udp = SyslogUdp(door)
    loop.run(udp.start(sock))
    if moving:
        loop.spawn(udp.run())
    return udp, port


def settled(door: MemoryDoor, wanted: int) -> None:
    end = time.monotonic() + 10
    while len(door.records) + door.dropped + len(door.refused) < wanted:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_what_arrives_beyond_the_bound_is_counted(
    door: MemoryDoor, loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 50)
    udp = SyslogUdp(door)
    for n in range(80):
        udp.datagram_received(line(n), (f"192.0.2.{n}", 514))
    assert door.dropped == 30
    loop.run(udp.stop())
    loop.run(udp.run())
    assert len(door.records) == 50


def test_a_noisy_device_does_not_crowd_out_the_others(
    door: MemoryDoor, loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 100)
    udp = SyslogUdp(door)
    for n in range(1000):
        udp.datagram_received(line(n), ("192.0.2.1", 514))
    for n in range(40):
        udp.datagram_received(line(n), (f"198.51.100.{n}", 514))
    loop.run(udp.stop())
    loop.run(udp.run())
    peers = [batch.peer.partition(":")[0] for batch in door.batches]
    assert sum(peer != "192.0.2.1" for peer in peers) == 40
    assert door.dropped == 1000 + 40 - len(door.records)


def test_what_a_full_journal_refuses_is_counted(door: MemoryDoor, loop: Loop) -> None:
    door.outcome = Outcome.FULL
    udp, port = start(door, loop)
    send(port, *(line(n) for n in range(20)))
    settled(door, 20)
    loop.run(udp.stop())
    assert door.dropped == 20


def test_what_waits_is_written_when_stopping(door: MemoryDoor, loop: Loop) -> None:
    udp, port = start(door, loop, moving=False)
    send(port, *(line(n) for n in range(20)))
    time.sleep(0.3)
    loop.run(udp.stop())
    loop.run(udp.run())
    assert len(door.records) == 20


def test_what_the_kernel_still_holds_when_stopping_is_taken(door: MemoryDoor, loop: Loop) -> None:
    udp, port = start(door, loop, moving=False)

    async def stopped_while_they_wait() -> None:
        send(port, *(line(n) for n in range(1000)))  # the loop cannot read them before it stops
        await udp.stop()

    loop.run(stopped_while_they_wait())
    loop.run(udp.run())
    assert len(door.records) + door.dropped == 1000


def test_what_the_kernel_drops_is_counted_exactly(door: MemoryDoor) -> None:
    if not Path("/proc/net/udp").exists():
        pytest.skip("needs /proc/net/udp")
    sock = free_udp()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    send(sock.getsockname()[1], *(b"x" * 1000 for _n in range(500)))
    received = 0
    try:
        while True:
            sock.recv(2000)
            received += 1
    except BlockingIOError:
        pass
    assert 0 < received < 500
    assert kernel_drops(os.fstat(sock.fileno()).st_ino) == 500 - received
    sock.close()


def test_unreadable_tables_count_as_no_drops() -> None:
    assert kernel_drops(1, ("/nowhere",)) == 0


def test_a_socket_error_is_only_logged(door: MemoryDoor) -> None:
    async def test() -> None:
        SyslogUdp(door).error_received(OSError("unreachable"))

    asyncio.run(test())
