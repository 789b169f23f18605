"""MikroTik RouterOS: topics, then the message; after a syslog header, after its own date, or alone.

    firewall,info input: in:ether1 out:(unknown 0), connection-state:new src-mac aa:bb:…, proto TCP (SYN),
        10.0.0.1:5000->192.0.2.1:22, len 60
    system,error,critical login failure for user admin from 10.0.0.1 via ssh
    system,info,account user admin logged in from 10.0.0.1 via winbox

With `bsd-syslog` RouterOS leaves the topics out: what the packet filter and logons say is told by itself.
Fields: topics, message; of the firewall chain, prefix, in_interface, out_interface, protocol, tcp_flags, src_ip,
src_port, dst_ip, dst_port, length; of logons user, src_ip, via, outcome; of leases ip,
mac, client_name.
"""

import re
from typing import Any

_TOPICS = re.compile(
    r"((?:firewall|system|account|dhcp|dns|interface|ppp|pptp|l2tp|ipsec|ovpn|wireless|web-proxy|hotspot|script|route|bgp|"
    r"ospf|certificate|caps|radius|sstp|manager|container|upnp|snmp|ssh|health|backup|info|error|critical|warning|debug)"
    r"(?:,[a-z0-9\-]{2,16}){1,6}) "
)
_FLOW = re.compile(
    r"(?:(.{0,128}?):? )?(input|forward|output|prerouting|postrouting|srcnat|dstnat): in:(.{0,64}?) out:(.{0,64}?), "
    r".{0,256}?proto ([A-Za-z0-9\-]{1,16})(?: \(([^)\n]{0,64})\))?, "
    r"\[?([0-9A-Fa-f.:]{2,45}?)\]?(?::(\d{1,5}))?->\[?([0-9A-Fa-f.:]{2,45}?)\]?(?::(\d{1,5}))?(?=,|\s|$)(?:.{0,256}?, len (\d{1,6}))?"
)
_LOGON = re.compile(r"login failure for user (.{0,128}?) from (\S{1,64})(?: via (\S{1,32}))?")
_LOGGED = re.compile(r"user (.{1,128}?) logged (in|out) from (\S{1,64})(?: via (\S{1,32}))?")
_CHANGED = re.compile(r"user (\S{1,128}) (added|changed|removed) by (?:\S{1,32}:)?(\S{1,128}?)(?:@|\s|$)")
_TUNNEL = re.compile(r"(\S{1,128}) logged in, ([0-9A-Fa-f.:]{2,45}) from ([0-9A-Fa-f.:]{2,45})")
_LEASE = re.compile(
    r"\S{1,64} (?:de)?assigned ([0-9.]{7,15}) (?:for|to|from) ((?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2})(?: (\S{1,255}))?"
)
_DATE = re.compile(
    r"((?:[a-z]{3}/\d\d/\d{4} |\d{4}-\d\d-\d\d |[a-z]{3}/\d\d |\d\d-\d\d )?\d\d:\d\d:\d\d) (?:([A-Za-z][\w.\-]{0,63}) )?(?=[a-z\-]{2,16},[a-z])"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of one message; None if it does not begin with topics."""
    dated = _DATE.match(text) if text[:1].isdigit() or text[3:4] == "/" else None
    match = _TOPICS.match(text, dated.end() if dated else 0)
    if not match:
        return None
    message = text[match.end() :]
    fields: dict[str, Any] = {"topics": match[1].split(","), "message": message}
    if dated:
        fields["timestamp"] = _stamp(dated[1])
        if dated[2]:
            fields["identity"] = dated[2]
    _read(message, fields)
    return fields


def message_fields(message: str) -> dict[str, Any] | None:
    """The fields of a message without topics: a flow, a logon or a lease; None for others."""
    fields: dict[str, Any] = {"topics": ["firewall"], "message": message}
    _read(message, fields)
    if "dst_ip" in fields:
        return fields
    if "via" in fields or "mac" in fields:
        fields["topics"] = ["system"] if "via" in fields else ["dhcp"]
        return fields
    return None


def _stamp(text: str) -> str:
    """nov/24/2026 12:00:00 as 2026-11-24 12:00:00."""
    if text[3:4] == "/" and text[:3] in _MONTHS and text[6:7] == "/":
        return f"{text[7:11]}-{_MONTHS.index(text[:3]) + 1:02}-{text[4:6]} {text[12:]}"
    return text


def _read(message: str, fields: dict[str, Any]) -> None:
    if " in:" in message[:256] and (flow := _FLOW.match(message[:4096])):
        names = (
            "prefix", "chain", "in_interface", "out_interface", "protocol", "tcp_flags", "src_ip", "src_port", "dst_ip",
            "dst_port", "length",
        )  # fmt: skip
        fields.update((name, value) for name, value in zip(names, flow.groups(), strict=True) if value)
        for name in ("src_port", "dst_port", "length"):
            if name in fields:
                fields[name] = int(fields[name])
    elif failed := _LOGON.match(message[:1024]):
        fields.update(user=failed[1], src_ip=failed[2], via=failed[3] or "", outcome="failure")
    elif logged := _LOGGED.match(message[:1024]):
        fields.update(user=logged[1], src_ip=logged[3], via=logged[4] or "")
        fields.update({"outcome": "success"} if logged[2] == "in" else {"action": "logout"})
    elif changed := _CHANGED.match(message[:1024]):
        fields.update(target=changed[1], action=changed[2], user=changed[3])
    elif tunnel := _TUNNEL.match(message[:1024]):
        fields.update(user=tunnel[1], src_ip=tunnel[3], assigned_ip=tunnel[2], outcome="success")
    elif lease := _LEASE.match(message[:1024]):
        pairs = zip(("ip", "mac", "client_name"), lease.groups(), strict=True)
        fields.update((name, value) for name, value in pairs if value)
