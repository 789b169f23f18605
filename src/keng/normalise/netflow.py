"""Flows of NetFlow and IPFIX under the names that Zeek gives connections, and Sigma's generic ones; category firewall.

src_ip, src_port, dst_ip, dst_port, proto, id.orig_h, …, orig_bytes, orig_pkts, resp_bytes, resp_pkts, duration (s),
tcp_flags (text), blocked where the exporter says so. Its own names stay. Times of version 5 and 9 count from the
exporter's start, which the header tells.
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.parts import Parts
from keng.normalise.verdict import PROTOCOLS

_SOURCE = LogSource("netflow", "", ("firewall",))
_NAMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("src_ip", ("sourceIPv4Address", "sourceIPv6Address")),
    ("dst_ip", ("destinationIPv4Address", "destinationIPv6Address")),
    ("src_port", ("sourceTransportPort", "udpSourcePort", "tcpSourcePort")),
    ("dst_port", ("destinationTransportPort", "udpDestinationPort", "tcpDestinationPort")),
    ("orig_bytes", ("octetDeltaCount", "octetTotalCount", "initiatorOctets")),
    ("orig_pkts", ("packetDeltaCount", "packetTotalCount", "initiatorPackets")),
    ("resp_bytes", ("postOctetDeltaCount", "responderOctets")),
    ("resp_pkts", ("postPacketDeltaCount", "responderPackets")),
)
_ZEEK = (
    ("id.orig_h", "src_ip"),
    ("id.orig_p", "src_port"),
    ("id.resp_h", "dst_ip"),
    ("id.resp_p", "dst_port"),
)
_FLAGS = "FSRPAUEC"
_STARTS = ("flowStartMilliseconds", "flowStartSeconds", "flowStartMicroseconds", "flowStartNanoseconds")
_ENDS = ("flowEndMilliseconds", "flowEndSeconds", "flowEndMicroseconds", "flowEndNanoseconds")
_DROPPED = range(128, 192)
_DENIED = 3


def netflow_parts(record: dict[str, Any]) -> Parts:
    """One flow."""
    head = record.get("netflow")
    head = head if isinstance(head, dict) else {}
    fields = {name: value for name, value in record.items() if name != "netflow" and name[:1] != "@"}
    fields.update((f"netflow.{name}", value) for name, value in head.items())
    for name, sources in _NAMES:
        for source in sources:
            if fields.get(source) not in (None, "", "0.0.0.0", "::"):  # noqa: S104
                fields[name] = fields[source]
                break
    fields.update((zeek, fields[name]) for zeek, name in _ZEEK if name in fields)
    protocol = fields.get("protocolIdentifier")
    if isinstance(protocol, int):
        fields["proto"] = PROTOCOLS.get(str(protocol), str(protocol))
    flags = fields.get("tcpControlBits")
    if isinstance(flags, int) and flags:
        fields["tcp_flags"] = "".join(letter for bit, letter in enumerate(_FLAGS) if flags >> bit & 1)
    if fields.get("forwardingStatus") in _DROPPED or fields.get("firewallEvent") == _DENIED:
        fields["blocked"], fields["action"] = True, "deny"
    start, end = _times(fields, head)
    if start and end >= start:
        fields["duration"] = (end - start) / 1000
    exported = head.get("exported")
    exported_ms = exported * 1000 if isinstance(exported, int) and 0 <= exported < 1 << 32 else 0
    host = str(head.get("exporter") or record.get("@host") or "")
    return Parts(fields, _SOURCE, (start or exported_ms) * 1000, host)


def _times(fields: dict[str, Any], head: dict[str, Any]) -> tuple[int, int]:
    """Start and end in milliseconds since the epoch; 0 where unknown."""
    start, end = _first(fields, _STARTS), _first(fields, _ENDS)
    if start:
        return start, end
    born = _first(fields, ("systemInitTimeMilliseconds",))
    exported, uptime = head.get("exported"), head.get("uptime")
    if not born and isinstance(exported, int) and isinstance(uptime, int) and uptime:
        born = exported * 1000 - uptime
    first, last = fields.get("flowStartSysUpTime"), fields.get("flowEndSysUpTime")
    if born > 0 and isinstance(first, int) and isinstance(last, int) and max(first, last) < 1 << 32:
        return born + first, born + last
    return 0, 0


def _first(fields: dict[str, Any], names: tuple[str, ...]) -> int:
    for name in names:
        value = fields.get(name)
        if isinstance(value, int) and 0 < value < 1 << 43:
            return value
    return 0
