"""Writes NetFlow and IPFIX datagrams for tests, field by field."""

import ipaddress
import struct

SECONDS = 1_714_539_600  # 2024-05-01T05:00:00Z
UPTIME = 3_600_000
PLAIN = ((8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (6, 1), (1, 4), (2, 4), (22, 4), (21, 4))


def address(text: str) -> bytes:
    return ipaddress.ip_address(text).packed


def plain(source: str = "10.0.0.5", port: int = 443, size: int = 4096) -> bytes:
    """One flow by PLAIN: TCP, SYN and ACK, two seconds long, ended as it was exported."""
    return (
        address(source)
        + address("192.0.2.1")
        + struct.pack("!HHBBIIII", 50_000, port, 6, 0x12, size, 7, UPTIME - 2000, UPTIME)
    )


def v5(*sources: str) -> bytes:
    """A datagram of version 5 with one flow for each source."""
    head = struct.pack("!HHIIIIBBH", 5, len(sources), UPTIME, SECONDS, 0, 1, 0, 7, 0)
    flows = b"".join(
        address(source)
        + address("192.0.2.1")
        + address("0.0.0.0")
        + struct.pack("!HHIIII", 1, 2, 7, 4096, UPTIME - 2000, UPTIME)
        + struct.pack("!HHxBBBHHBBxx", 50_000, 443, 0x12, 6, 0, 0, 0, 24, 0)
        for source in sources
    )
    return head + flows


def one_set(number: int, body: bytes) -> bytes:
    body += b"\0" * (-len(body) % 4)
    return struct.pack("!HH", number, len(body) + 4) + body


def template(number: int, fields: tuple[tuple[int, ...], ...] = PLAIN) -> bytes:
    """A template's body. A field of three numbers is a vendor's: number, length, enterprise."""
    body = struct.pack("!HH", number, len(fields))
    for one in fields:
        body += (
            struct.pack("!HHI", one[0] | 0x8000, one[1], one[2])
            if len(one) == 3
            else struct.pack("!HH", *one)
        )
    return body


def v9(*sets: bytes, domain: int = 1) -> bytes:
    return struct.pack("!HHIIII", 9, len(sets), UPTIME, SECONDS, 1, domain) + b"".join(sets)


def ipfix(*sets: bytes, domain: int = 1) -> bytes:
    body = b"".join(sets)
    return struct.pack("!HHIII", 10, 16 + len(body), SECONDS, 1, domain) + body
