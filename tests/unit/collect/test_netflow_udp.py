import json
import random
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from keng.collect.netflow_udp import NetflowUdp
from keng.collect.ports import Sender
from keng.formats.netflow import NetflowDecoder

from .conftest import Loop, MemoryDoor, free_udp
from .fuzz import blocks, mutated
from .senders import missing, wait
from .test_udp_server import send

ROUTER = Sender("router", "district")


def version_5(*ports: int) -> bytes:
    """A datagram of version 5 with a flow to each port."""
    flows = b"".join(
        struct.pack(
            "!4s4s4sHHIIIIHHBBBBHHBBH", b"\x0a\0\0\x07", b"\x0a\0\0\x09", b"\0" * 4, 1, 2, 10, 1500, 1, 2, 40000,
            port, 0, 2, 6, 0, 0, 0, 24, 24, 0,
        )
        for port in ports
    )  # fmt: skip
    return struct.pack("!HHIIIIBBH", 5, len(ports), 1000, 1_780_000_000, 0, 1, 0, 0, 0) + flows


@pytest.fixture
def port(door: MemoryDoor, loop: Loop) -> Iterator[int]:
    sock = free_udp()
    number = sock.getsockname()[1]
    udp = NetflowUdp(door, NetflowDecoder().flows_as_json)
    loop.run(udp.start(sock))
    moved = loop.spawn(udp.run())
    yield number
    loop.run(udp.stop())
    moved.result(10)


def test_each_flow_is_a_record_of_the_exporters_source(port: int, door: MemoryDoor) -> None:
    door.addresses["127.0.0.1"] = ROUTER
    send(port, version_5(22, 443), version_5(53))
    wait(lambda: len(door.records) == 3)
    assert [json.loads(record)["destinationTransportPort"] for record in door.records] == [22, 443, 53]
    assert {(batch.source, batch.transport) for batch in door.batches} == {("router", "netflow")}


def test_an_unknown_exporter_is_refused_unread_and_counted(port: int, door: MemoryDoor) -> None:
    send(port, version_5(22), b"noise")
    wait(lambda: len(door.refused) == 2)
    assert [sender for sender, _transport, _refused in door.refused] == [None, None]


def test_what_cannot_be_decoded_is_refused_with_its_reason_and_the_rest_goes_on(
    port: int, door: MemoryDoor
) -> None:
    door.addresses["127.0.0.1"] = ROUTER
    template_missing = struct.pack("!HHIIIIHH", 9, 1, 1, 1_780_000_000, 1, 0, 300, 8) + b"data"
    send(port, b"noise", version_5(22)[:-10], template_missing, version_5(80))
    wait(lambda: len(door.records) == 1 and len(door.refused) == 3)
    assert "template" in door.refused[2][2].reason


def capture(path: Path, packets: int) -> None:
    """A pcap file of UDP packets between as many pairs of hosts."""
    data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    for n in range(packets):
        udp = struct.pack("!HHHH", 40000 + n, 53, 12, 0) + b"ping"
        ip = struct.pack(
            "!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, bytes([10, 0, 0, n]), b"\x0a\1\0\1"
        )
        frame = b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" + ip + udp
        data += struct.pack("<IIII", 1_780_000_000 + n, 0, len(frame), len(frame)) + frame
    path.write_bytes(data)


@pytest.mark.parametrize("version", ["5", "9", "10"])
def test_a_real_exporter_delivers_every_flow(
    port: int, door: MemoryDoor, tmp_path: Path, version: str
) -> None:
    places = ("/usr/sbin/softflowd", "/opt/softflowd/usr/sbin/softflowd")
    binary = next((one for one in places if Path(one).exists()), "")
    if not binary:
        missing(
            "softflowd: apt-get download softflowd; dpkg-deb -x … /opt/softflowd; apt-get install libpcap0.8"
        )
    door.addresses["127.0.0.1"] = ROUTER
    capture(tmp_path / "pcap", 40)
    command = [binary, "-d", "-a", "-r", str(tmp_path / "pcap"), "-n", f"127.0.0.1:{port}", "-v", version]
    command += ["-p", str(tmp_path / "pid"), "-c", "none"]
    subprocess.run(command, check=True, capture_output=True, timeout=20, stdin=subprocess.DEVNULL)
    wait(lambda: len(door.records) == 40)
    flows = [json.loads(record) for record in door.records]
    assert {flow["sourceTransportPort"] for flow in flows} == set(range(40000, 40040))
    assert {flow["netflow"]["version"] for flow in flows} == {int(version)}
    assert door.refused == []


@pytest.mark.parametrize("block", blocks())
def test_no_datagram_makes_the_receiver_stumble(door: MemoryDoor, loop: Loop, block: int) -> None:
    door.addresses["192.0.2.1"] = ROUTER
    udp = NetflowUdp(door, NetflowDecoder().flows_as_json)
    for case in range(block * 1000, (block + 1) * 1000):
        udp.datagram_received(mutated(random.Random(case), (version_5(22, 443),))[:65_000], ("192.0.2.1", 1))
    loop.run(udp.stop())
    loop.run(udp.run())
    for record in door.records:
        json.loads(record)
    assert door.dropped == 0
