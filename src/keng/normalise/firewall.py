"""Firewall lines inside syslog: "key=value" bodies of FortiGate and its like, and of iptables, ufw and nftables.

    date=… time=… devname="fw01" type="traffic" srcip=10.0.0.1 srcport=65046 dstip=… dstport=443 proto=6 action="deny"
    [UFW BLOCK] IN=eth0 OUT= MAC=… SRC=10.0.0.1 DST=… LEN=40 PROTO=TCP SPT=65046 DPT=443

A body counts as such if it names a source and a destination address, or is FortiGate's (devname, logid, type).
Its own keys stay; beside them src_ip, src_port, dst_ip, dst_port, action, proto, blocked.
"""

import re
from typing import Any

from keng.model.event import LogSource

_PAIR = re.compile(r'([A-Za-z_][A-Za-z0-9_.\-]{0,63})=("(?:[^"\\]|\\.)*+"|[^\s"]*)')
_MAX_PAIRS = 256
_NAMES = (
    ("src_ip", ("srcip", "SRC", "src", "src_ip", "source_ip", "sourceip", "srcaddr", "source_address")),
    ("dst_ip", ("dstip", "DST", "dst", "dst_ip", "dest_ip", "destip", "dstaddr", "destination_address")),
    ("src_port", ("srcport", "SPT", "spt", "src_port", "sport", "source_port", "sourceport")),
    ("dst_port", ("dstport", "DPT", "dpt", "dst_port", "dport", "dest_port", "destport", "destination_port")),
    ("action", ("action", "act")),
    ("proto", ("proto", "PROTO", "protocol")),
)
_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "47": "gre", "50": "esp", "58": "icmpv6"}
_ADDRESS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_VERDICT = re.compile(r"\b(BLOCK|DROP|REJECT|DENY|ACCEPT|ALLOW|AUDIT)", re.IGNORECASE)
_REFUSED = frozenset(
    ("deny", "denied", "drop", "dropped", "block", "blocked", "reject", "rejected", "server-rst")
)
_CATEGORY = ("firewall",)


def firewall_fields(message: str) -> tuple[dict[str, Any], LogSource] | None:
    """The body's fields and log source; None if it is no firewall line."""
    if message.count("=") < 4:
        return None
    own: dict[str, Any] = {}
    for match in _PAIR.finditer(message):
        name, value = match.groups()
        own.setdefault(name, value[1:-1].replace('\\"', '"') if value[:1] == '"' else value)
        if len(own) >= _MAX_PAIRS:
            break
    fields = _common(own)
    addresses = _is_address(fields.get("src_ip")) and _is_address(fields.get("dst_ip"))
    fortigate = "devname" in own and "logid" in own and "type" in own
    if not addresses and not fortigate:
        return None
    if fortigate:
        source = LogSource("fortigate", str(own["type"]), _CATEGORY if addresses else ())
    elif "SRC" in own:
        source = LogSource("linux", "iptables", _CATEGORY)
        if verdict := _VERDICT.search(message[: message.find("IN=")] if "IN=" in message else message):
            fields.setdefault("action", verdict[1].lower())
    else:
        source = LogSource("", "", _CATEGORY)
    if str(fields.get("action", "")).lower() in _REFUSED:
        fields["blocked"] = True
    return {**own, **fields}, source


def _common(own: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, spellings in _NAMES:
        for spelling in spellings:
            if own.get(spelling):
                fields[name] = own[spelling]
                break
    for name in ("src_port", "dst_port"):
        text = fields.get(name, "")
        if text and text.isascii() and text.isdigit() and len(text) < 6:
            fields[name] = int(text)
    if "proto" in fields:
        fields["proto"] = _PROTOCOLS.get(fields["proto"], str(fields["proto"]).lower())
    return fields


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and _ADDRESS.fullmatch(value) is not None
