"""Names and values of flow fields: the registry of IPFIX, which NetFlow 9 shares, from the `netflow` library.

Addresses become text, numbers stay numbers, texts lose their padding, times of IPFIX become milliseconds since the epoch;
anything else, and fields of vendors that the registry does not know, become hex text, at most MAX_HEX bytes of them.
"""

import ipaddress
import struct
from typing import Any, NamedTuple

from netflow.ipfix import IPFIXFieldTypes  # type: ignore[import-untyped]
from netflow.v5 import V5DataFlow  # type: ignore[import-untyped]

MAX_HEX = 64
_TYPES: dict[int, tuple[str, str]] = {
    number: (name, kind) for number, name, kind, *_rest in IPFIXFieldTypes.iana_field_types if kind
}
_NUMBERS = frozenset(
    ("unsigned8", "unsigned16", "unsigned32", "unsigned64", "signed32", "dateTimeMilliseconds")
)
_NTP_EPOCH = 2_208_988_800
# What the library calls the columns of version 5 → the registry's names.
_V5 = {
    "IPV4_SRC_ADDR": "sourceIPv4Address", "IPV4_DST_ADDR": "destinationIPv4Address", "NEXT_HOP": "ipNextHopIPv4Address",
    "INPUT": "ingressInterface", "OUTPUT": "egressInterface", "IN_PACKETS": "packetDeltaCount",
    "IN_OCTETS": "octetDeltaCount", "FIRST_SWITCHED": "flowStartSysUpTime", "LAST_SWITCHED": "flowEndSysUpTime",
    "SRC_PORT": "sourceTransportPort", "DST_PORT": "destinationTransportPort", "TCP_FLAGS": "tcpControlBits",
    "PROTO": "protocolIdentifier", "TOS": "ipClassOfService", "SRC_AS": "bgpSourceAsNumber",
    "DST_AS": "bgpDestinationAsNumber", "SRC_MASK": "sourceIPv4PrefixLength", "DST_MASK": "destinationIPv4PrefixLength",
}  # fmt: skip
_V5_ADDRESSES = frozenset(("IPV4_SRC_ADDR", "IPV4_DST_ADDR", "NEXT_HOP"))
V5_LENGTH: int = V5DataFlow.length


class Field(NamedTuple):
    """One field of a template. length: bytes, or VARIABLE."""

    name: str
    kind: str
    length: int


VARIABLE = 65_535


def field(number: int, length: int, enterprise: int = 0) -> Field:
    """The field with this number of the registry, or of a vendor's own."""
    if enterprise:
        return Field(f"enterprise_{enterprise}_{number}", "octetArray", length)
    name, kind = _TYPES.get(number, (f"element_{number}", "octetArray"))
    return Field(name, kind, length)


def value_of(one: Field, data: bytes) -> Any:
    """The value that these bytes are; never fails, whatever their number."""
    kind = one.kind
    if kind in _NUMBERS and len(data) <= 8:
        return int.from_bytes(data, "big", signed=kind == "signed32")
    if (kind == "ipv4Address" and len(data) == 4) or (kind == "ipv6Address" and len(data) == 16):
        return str(ipaddress.ip_address(data))
    if kind == "macAddress" and len(data) == 6:
        return data.hex(":")
    if kind == "string":
        return data.rstrip(b"\0").decode("utf-8", "replace")
    if kind == "boolean" and len(data) == 1:
        return data == b"\1"
    if kind == "dateTimeSeconds" and len(data) == 4:
        return int.from_bytes(data, "big") * 1000
    if kind in ("dateTimeMicroseconds", "dateTimeNanoseconds") and len(data) == 8:
        seconds, fraction = struct.unpack("!II", data)
        return (seconds - _NTP_EPOCH) * 1000 + (fraction * 1000 >> 32)
    if kind == "float64" and len(data) in (4, 8):
        number = struct.unpack("!f" if len(data) == 4 else "!d", data)[0]
        return number if number == number and abs(number) != float("inf") else data.hex()
    return data[:MAX_HEX].hex()


def v5_flow(data: bytes) -> dict[str, Any]:
    """The fields of one flow of version 5: exactly V5_LENGTH bytes."""
    return {
        _V5.get(name, name): str(ipaddress.IPv4Address(value)) if name in _V5_ADDRESSES else value
        for name, value in V5DataFlow(data).data.items()
    }
